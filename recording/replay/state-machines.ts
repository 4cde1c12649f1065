import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Deployment } from '../../schemas/deployment.ts';
import { ENROLMENT_FAULTS, IMAGE_FAULTS, SLOT_FAULTS, TASK_FAULTS } from '../../schemas/errors.ts';
import type { Machine } from '../../statemachines/asl.ts';

type State = Machine['States'][string];

/** A state machine of the account. */
export interface StateMachine {
  readonly arn: string;
  /** By name, with those inside a Map. */
  readonly states: ReadonlyMap<string, State>;
}

export async function readStateMachines(
  sfn: SFNClient,
  { machines }: Deployment,
): Promise<ReadonlyMap<string, StateMachine>> {
  const read = async ([name, stateMachineArn]: [string, string]): Promise<[string, StateMachine]> => {
    const { definition = '' } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    return [name, { arn: stateMachineArn, states: new Map(namedStates(JSON.parse(definition) as Machine)) }];
  };
  return new Map(await Promise.all(Object.entries(machines).map(read)));
}

function namedStates({ States }: Machine): [string, State][] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Type === 'Map' ? namedStates(state.ItemProcessor) : []),
  ]);
}

/** The state that invokes a function. */
export function stateOfFunction({ states }: StateMachine, functionArn: string): string | undefined {
  return [...states].find(([, state]) => state.Type === 'Task' && state.Resource === functionArn)?.[0];
}

const DECLARED: readonly string[] = [...IMAGE_FAULTS, ...ENROLMENT_FAULTS, ...SLOT_FAULTS, ...TASK_FAULTS];

/** Whether the error is declared in schemas/errors.ts, or retried by the state. */
export function isExpectedError({ states }: StateMachine, stateName: string, error: string): boolean {
  const state = states.get(stateName);
  const retried = state?.Type === 'Task' ? state.Retry.flatMap(({ ErrorEquals }) => ErrorEquals) : [];
  return DECLARED.includes(error) || retried.includes(error);
}
