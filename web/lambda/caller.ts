import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import type { Caller } from '../api/context.ts';
import { may } from '../api/roles.ts';
import { Role } from '../api/schemas/roles.ts';

/** An access token of the user pool, as the authorizer of the HTTP API passes it on once it has checked it. */
const Claims = z.object({
  token_use: z.literal('access'),
  username: z.string().min(1),
  /** An HTTP API makes a text of a list: `[viewer editor]`. */
  'cognito:groups': z.union([z.array(z.string()), z.string().transform(listIn)]).default([]),
});

const Authorized = z.object({
  requestContext: z.object({ authorizer: z.object({ jwt: z.object({ claims: Claims }) }) }),
});

/**
 * Who asks, by the event of an HTTP API: the highest role of their groups. Undefined if no authorizer has let them
 * pass. Throws a 403 for whoever is in none of the groups.
 */
export function callerOf(event: unknown): Caller | undefined {
  const authorized = Authorized.safeParse(event);
  if (!authorized.success) return undefined;
  const { username: name, 'cognito:groups': groups } = authorized.data.requestContext.authorizer.jwt.claims;
  const roles = Role.options.filter((role) => groups.includes(role));
  const role = roles.reduce<Role | undefined>((best, one) => (best && may(best, one) ? best : one), undefined);
  if (role) return { role, name };
  const message = `${name} is in none of the groups ${Role.options.join(', ')}. Whoever deployed Rollcall can change that.`;
  throw new HTTPException(403, { message });
}

function listIn(text: string): string[] {
  return text.replaceAll(/^\[|\]$/g, '').split(/[\s,]+/);
}
