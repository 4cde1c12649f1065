import type { Period } from '../../client/deployment/queries.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day counts from its start, or to its end, in UTC. */
export function periodOf(from: string | undefined, to: string | undefined): Period {
  return {
    since: from === undefined ? undefined : new Date(from),
    until: to === undefined ? undefined : new Date(DAY.test(to) ? `${to}T23:59:59Z` : to),
  };
}
