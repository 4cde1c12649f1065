import { createHash } from 'node:crypto';
import { ServiceError } from '../aws-json.ts';
import { machineName } from './arns.ts';
import { parseDefinition } from './definition.ts';
import type { StateMachineDeclaration } from './options.ts';
import type { Chart } from './state-types.ts';
import type { Execution, Tables } from './tables.ts';

export interface Machine extends StateMachineDeclaration {
  /** The key of its definition in the store. */
  readonly hash: string;
  readonly creationDate: number;
}

/** The state machines as they are now, and every definition that an execution ever started with. */
export class Machines {
  #machines = new Map<string, Machine>();
  readonly #charts = new Map<string, Chart>();
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Replaces all. A definition that cannot run here is refused before anything changes. */
  async set(declarations: readonly StateMachineDeclaration[], now: number): Promise<void> {
    const machines = declarations.map((one): Machine => {
      const hash = createHash('sha256').update(one.definition).digest('hex');
      this.#charts.set(hash, parseDefinition(one.definition, one.name));
      return { ...one, hash, creationDate: now };
    });
    await this.#tables.definitions.batch(
      machines.map(({ hash, definition }) => ({ type: 'put' as const, key: hash, value: definition })),
    );
    this.#machines = new Map(machines.map((one) => [one.name, one]));
  }

  byArn(arn: unknown): Machine {
    const machine = this.#machines.get(machineName(arn));
    if (machine) return machine;
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${String(arn)}'`);
  }

  all(): Machine[] {
    return [...this.#machines.values()];
  }

  /** The definition that an execution started with, whatever its machine is now. */
  async chart({ definition: hash, machine }: Execution): Promise<Chart> {
    const known = this.#charts.get(hash);
    if (known) return known;
    const chart = parseDefinition(await this.definition(hash), machine);
    this.#charts.set(hash, chart);
    return chart;
  }

  async definition(hash: string): Promise<string> {
    return (await this.#tables.definitions.get(hash)) ?? '';
  }
}
