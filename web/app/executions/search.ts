import { EXECUTION_STATUSES } from '../../../schemas/executions.ts';
import type { MachineName } from '../../../statemachines/registry.ts';
import type { Query } from '../api/client.ts';
import { isDay } from '../ui/days.ts';

/** What the list shows. It is part of the address. */
export interface ExecutionsSearch {
  machine?: string;
  status?: string;
  /** Days on which they were started, both included. */
  from?: string;
  to?: string;
  sort?: Sort;
}

export const SORTS = ['oldest', 'longest', 'shortest'] as const;
/** Without one, the newest come first. */
export type Sort = (typeof SORTS)[number];

/** Without one of them, it does not compile. */
const EVERY_MACHINE: Readonly<Record<MachineName, true>> = {
  recognition: true,
  'enroll-face': true,
  decide: true,
  're-recognize': true,
  'group-unknown': true,
  'keep-users': true,
  'forget-person': true,
};

/** The machines, as Step Functions names them. */
export const MACHINES = Object.keys(EVERY_MACHINE);

export function readExecutionsSearch(search: Record<string, unknown>): ExecutionsSearch {
  const { from, to } = search;
  const machine = MACHINES.find((each) => each === search['machine']);
  const status = EXECUTION_STATUSES.find((each) => each === search['status']);
  const sort = SORTS.find((each) => each === search['sort']);
  return {
    ...(machine ? { machine } : {}),
    ...(status ? { status } : {}),
    ...(isDay(from) ? { from } : {}),
    ...(isDay(to) ? { to } : {}),
    ...(sort ? { sort } : {}),
  };
}

/** What is asked of the API: sorting is done here, because Step Functions gives the newest first. */
export const queryOf = ({ machine, status, from, to }: ExecutionsSearch): Query => ({ machine, status, from, to });

interface Ran {
  start: string;
  stop?: string | undefined;
}

/** In milliseconds. What still runs has taken the longest so far. */
export const tookOf = ({ start, stop }: Ran): number => (stop ? Date.parse(stop) - Date.parse(start) : Infinity);

export function sorted<Execution extends Ran>(executions: readonly Execution[], sort: Sort | undefined): Execution[] {
  if (sort === 'longest') return executions.toSorted((one, other) => compare(tookOf(other), tookOf(one)));
  if (sort === 'shortest') return executions.toSorted((one, other) => compare(tookOf(one), tookOf(other)));
  return sort === 'oldest' ? executions.toReversed() : [...executions];
}

/** A difference would not do: two that still run have the same endless time. */
const compare = (one: number, other: number) => (one === other ? 0 : one < other ? -1 : 1);
