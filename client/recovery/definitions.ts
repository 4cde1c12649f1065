import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  type DescribeExecutionCommandOutput,
  type SFNClient,
} from '@aws-sdk/client-sfn';

export type Execution = Pick<DescribeExecutionCommandOutput, 'executionArn' | 'stateMachineArn' | 'startDate'>;

/** An execution may start with the old definition for some seconds after an update (UpdateStateMachine). */
const SETTLING_MS = 60_000;

/** What is known of the executions of one state machine. Times are in milliseconds. */
interface Known {
  readonly definition: string;
  /** Executions that started at this time or before have another definition. */
  changedUntil: number;
  /** Executions that started at this time or later have the current definition. */
  currentFrom: number;
}

/**
 * Tells whether executions have the current definition of their state machine. Step Functions answers that only once a
 * second, so most answers follow from earlier ones: the definition does not change between two updates.
 */
export class Definitions {
  readonly #sfn: SFNClient;
  readonly #known = new Map<string, Promise<Known>>();

  constructor(sfn: SFNClient) {
    this.#sfn = sfn;
  }

  async isCurrent({ executionArn, stateMachineArn = '', startDate }: Execution): Promise<boolean> {
    const known = await this.#knownOf(stateMachineArn);
    const started = startDate?.getTime() ?? Number.NaN;
    if (started <= known.changedUntil) return false;
    if (started >= known.currentFrom) return true;
    const then = await this.#sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    const isCurrent = then.definition === known.definition;
    const updated = then.updateDate?.getTime() ?? Number.NaN;
    if (!isCurrent) known.changedUntil = Math.max(known.changedUntil, started);
    else if (updated <= started) {
      known.currentFrom = Math.min(known.currentFrom, updated + SETTLING_MS);
      known.changedUntil = Math.max(known.changedUntil, updated - 1);
    }
    return isCurrent;
  }

  #knownOf(stateMachineArn: string): Promise<Known> {
    let known = this.#known.get(stateMachineArn);
    if (!known) {
      known = this.#sfn
        .send(new DescribeStateMachineCommand({ stateMachineArn }))
        .then(({ definition = '' }) => ({ definition, changedUntil: -Infinity, currentFrom: Infinity }));
      // A failed call is made again for the next execution.
      known.catch(() => this.#known.delete(stateMachineArn));
      this.#known.set(stateMachineArn, known);
    }
    return known;
  }
}
