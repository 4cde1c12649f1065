import type { Context } from 'hono';
import type { Target } from '../../client/deployment/target.ts';
import type { Deciding } from '../../client/people/change-people.ts';
import type { ApiEnv } from './context.ts';

/** Who changes something, as the ledger is told. */
export const deciding = (target: Target, { req, var: { caller } }: Context<ApiEnv>): Deciding => ({
  target,
  signal: req.raw.signal,
  name: caller.name,
});
