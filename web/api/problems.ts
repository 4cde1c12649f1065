import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { Failure, messageOf, NotFound, UsageError } from '../../client/failure.ts';
import type { Problem } from './schemas/common.ts';

const TITLES = {
  400: 'The request is wrong',
  401: 'Nobody is signed in',
  403: 'That needs another role',
  404: 'There is nothing of that name',
  405: 'That cannot be done to it',
  409: 'That cannot be done now',
  413: 'That is too large',
  415: 'That is no picture that can be shown',
  500: 'Something is wrong with Rollcall',
  503: 'The account is busy',
  504: 'That takes a while',
} as const;
export type ProblemStatus = keyof typeof TITLES;

export function problem(context: Context, status: ProblemStatus, detail: string): Response {
  const body: Problem = {
    type: 'about:blank',
    title: TITLES[status],
    status,
    detail,
    instance: context.req.path,
  };
  return context.body(JSON.stringify(body), status, {
    'content-type': 'application/problem+json',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(status === 503 && { 'retry-after': '1' }),
  });
}

/** What DynamoDB, S3 and Step Functions answer when they are asked too often. */
const BUSY = /Throttl|TooManyRequests|ProvisionedThroughputExceeded|SlowDown|ServiceUnavailable/;

export function problemOf(context: Context, error: unknown, report: (problem: unknown) => void): Response {
  if (error instanceof NotFound) return problem(context, 404, error.message);
  if (error instanceof UsageError) return problem(context, 400, error.message);
  if (error instanceof Failure) return problem(context, 409, error.message);
  if (error instanceof HTTPException && error.status in TITLES) {
    return problem(context, error.status as ProblemStatus, messageOf(error));
  }
  if (error instanceof Error && BUSY.test(error.name)) {
    return problem(context, 503, 'Too much is asked of the account at once. Try again in a second.');
  }
  // Whoever asked has gone: nobody waits for the answer, and nothing is wrong.
  if (context.req.raw.signal.aborted) return problem(context, 503, 'The request was given up.');
  report(error);
  return problem(context, 500, 'The log of the account says what. Nothing is known to have changed.');
}
