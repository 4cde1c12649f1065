import { createHash } from 'node:crypto';
import { ServiceError } from '../aws-json.ts';
import { machineNameOfArn } from './arns.ts';
import { parseDefinition } from './definition.ts';
import type { StateMachineDeclaration } from './options.ts';
import type { StateGraph } from './state-types.ts';
import type { Execution, Sublevels } from './sublevels.ts';

export interface Machine extends StateMachineDeclaration {
  /** The key of the definition in the store. */
  readonly hash: string;
  /** Since when it has had this definition. */
  readonly creationDate: number;
}

/** The declared state machines, and all definitions that executions have started with. */
export class Machines {
  #machines = new Map<string, Machine>();
  readonly #graphs = new Map<string, StateGraph>();
  readonly #sublevels: Sublevels;

  constructor(sublevels: Sublevels) {
    this.#sublevels = sublevels;
  }

  /** Replaces all state machines. Throws, and changes nothing, if a definition cannot run here. */
  async set(declarations: readonly StateMachineDeclaration[], now: number): Promise<void> {
    const machines: Machine[] = [];
    for (const one of declarations) {
      const hash = createHash('sha256').update(one.definition).digest('hex');
      this.#graphs.set(hash, parseDefinition(one.definition, one.name));
      const before = await this.#sublevels.machines.get(one.name);
      const creationDate = before?.hash === hash ? before.since : now;
      machines.push({ ...one, hash, creationDate });
    }
    await this.#sublevels.definitions.batch(
      machines.map(({ hash, definition }) => ({ type: 'put' as const, key: hash, value: definition })),
    );
    await this.#sublevels.machines.batch(
      machines.map(({ name, hash, creationDate: since }) => ({ type: 'put', key: name, value: { hash, since } })),
    );
    this.#machines = new Map(machines.map((one) => [one.name, one]));
  }

  byArn(arn: unknown): Machine {
    const machine = this.#machines.get(machineNameOfArn(arn));
    if (machine) return machine;
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(arn)}'`);
  }

  all(): Machine[] {
    return [...this.#machines.values()];
  }

  /** The graph that an execution started with, even if its state machine has another definition now. */
  async graphOf({ definition: hash, machine }: Execution): Promise<StateGraph> {
    const known = this.#graphs.get(hash);
    if (known) return known;
    const graph = parseDefinition(await this.definition(hash), machine);
    this.#graphs.set(hash, graph);
    return graph;
  }

  async definition(hash: string): Promise<string> {
    return (await this.#sublevels.definitions.get(hash)) ?? '';
  }
}
