import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { Deployment } from '../../schemas/deployment.ts';
import { ENROLMENT_FAULTS, IMAGE_FAULTS, TASK_FAULTS } from '../../schemas/errors.ts';
import type { Machine } from '../../statemachines/asl.ts';

/** A state machine as it was synthesized, its states by name wherever they lie. */
export interface StateMachine {
  readonly arn: string;
  readonly states: ReadonlyMap<string, Machine['States'][string]>;
}

export async function readStateMachines(
  sfn: SFNClient,
  { machines }: Deployment,
): Promise<ReadonlyMap<string, StateMachine>> {
  const chart = async (stateMachineArn: string): Promise<StateMachine> => {
    const { definition = '' } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
    return { arn: stateMachineArn, states: new Map(namedStates(JSON.parse(definition) as Machine)) };
  };
  const charts = Object.entries(machines).map(async ([name, arn]) => [name, await chart(arn)] as const);
  return new Map(await Promise.all(charts));
}

function namedStates({ States }: Machine): [string, Machine['States'][string]][] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, Machine['States'][string]],
    ...(state.Type === 'Map' ? namedStates(state.ItemProcessor) : []),
  ]);
}

/** The state that a function serves. */
export function stateOfFunction({ states }: StateMachine, functionArn: string): string | undefined {
  return [...states].find(([, state]) => state.Type === 'Task' && state.Resource === functionArn)?.[0];
}

const DECLARED: readonly string[] = [...IMAGE_FAULTS, ...ENROLMENT_FAULTS, ...TASK_FAULTS];

/** Whether somebody foresaw that the state may fail like this: declared, or retried. */
export function isExpectedError({ states }: StateMachine, state: string, error: string): boolean {
  const found = states.get(state);
  const retried = found?.Type === 'Task' ? found.Retry.flatMap(({ ErrorEquals }) => ErrorEquals) : [];
  return DECLARED.includes(error) || retried.includes(error);
}
