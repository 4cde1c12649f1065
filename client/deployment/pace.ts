import type { SFNClient } from '@aws-sdk/client-sfn';
import { setTimeout } from 'node:timers/promises';

export interface Clock {
  /** In milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

export const CLOCK: Clock = { now: () => performance.now(), sleep: (milliseconds) => setTimeout(milliseconds) };

/**
 * Calls per second, and how many may be made at once after a pause. Step Functions throttles by token buckets for the
 * whole account (Developer Guide, "Service quotas", 2026-11: DescribeExecution 15 with a bucket of 300, 10 and 250 in
 * small regions; DescribeStateMachineForExecution 1 and 200; DescribeStateMachine 20 and 200; GetExecutionHistory 20
 * and 400). A third is left to the functions and to other people.
 */
const PACES: Readonly<Record<string, { readonly perSecond: number; readonly burst: number }>> = {
  DescribeExecutionCommand: { perSecond: 10, burst: 150 },
  DescribeStateMachineForExecutionCommand: { perSecond: 0.6, burst: 100 },
  DescribeStateMachineCommand: { perSecond: 13, burst: 100 },
  GetExecutionHistoryCommand: { perSecond: 13, burst: 200 },
};

/**
 * Attempts of a call that is throttled all the same, because others use the quota too. The SDK waits up to 20 seconds
 * between them.
 */
export const PATIENT = { maxAttempts: 10 };

/** Makes every attempt of a call wait until the quota allows it. */
export function pace(sfn: SFNClient, clock: Clock = CLOCK): SFNClient {
  const meters = new Map(Object.entries(PACES).map(([command, rate]) => [command, new Meter(rate, clock)]));
  sfn.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        await meters.get(commandName)?.wait();
        return next(args);
      },
    // After the SDK's retries, so that it sees each of them.
    { step: 'finalizeRequest', priority: 'low', name: 'pace' },
  );
  return sfn;
}

/** A token bucket, written as the time at which it would be full: each call moves it on by the time of one token. */
class Meter {
  readonly #gap: number;
  readonly #burst: number;
  readonly #clock: Clock;
  #full = -Infinity;

  constructor({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }, clock: Clock) {
    this.#gap = 1000 / perSecond;
    this.#burst = burst;
    this.#clock = clock;
  }

  async wait(): Promise<void> {
    const now = this.#clock.now();
    this.#full = Math.max(this.#full, now) + this.#gap;
    const wait = this.#full - now - this.#burst * this.#gap;
    if (wait > 0) await this.#clock.sleep(wait);
  }
}
