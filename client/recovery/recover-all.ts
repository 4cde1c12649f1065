import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from '../../schemas/pacing.ts';
import type { Target } from '../deployment/target.ts';
import { messageOf } from '../failure.ts';
import { laneOf } from '../lane.ts';
import type { FailedItem } from './failures.ts';
import { Recovery, type RecoveryAction } from './recover.ts';

export interface RecoverySettings {
  readonly signal: AbortSignal;
  /** Only say what would be done. */
  readonly dryRun?: boolean | undefined;
  /** How many a second. */
  readonly rate: number;
  /** Of what is started anew. It follows from how many there are, unless these are only some of them. */
  readonly lane?: Lane | undefined;
  readonly recovery?: Recovery;
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * How many a second, unless somebody says otherwise. A photo with ten faces makes eleven calls to Rekognition, and most
 * regions allow five a second.
 */
export const REDRIVES_PER_SECOND = 2;

/** The same for whoever cannot say otherwise. On a laptop nothing is throttled. */
export const redrivesPerSecond = ({ connection }: Target): number =>
  connection.endpoint === undefined ? REDRIVES_PER_SECOND : 100;

/** What was done about one failure. */
export interface Recovered {
  readonly item: FailedItem;
  readonly action: RecoveryAction['action'] | 'fail';
  readonly reason: string;
  /** Absent if it could not be recovered. */
  readonly executionArn?: string;
}

/** Redrives failures one after the other, and starts anew what cannot be redriven. */
export async function* recoverAll(
  target: Target,
  items: readonly FailedItem[],
  {
    signal,
    dryRun = false,
    rate,
    lane = laneOf(items.length),
    recovery = new Recovery(target),
    pause: wait = pause,
  }: RecoverySettings,
): AsyncGenerator<Recovered> {
  // Whatever goes wrong here goes wrong again, and is told, where it matters.
  await recovery.prepare(items).catch(() => {});
  for (const [index, item] of items.entries()) {
    signal.throwIfAborted();
    let done: Recovered;
    try {
      const { action, reason, executionArn } = await recovery.recover(item, dryRun, lane);
      done = { item, action, reason, executionArn };
    } catch (error) {
      signal.throwIfAborted();
      done = { item, action: 'fail', reason: messageOf(error) };
    }
    yield done;
    const started = done.action === 'redrive' || done.action === 'start anew';
    if (!dryRun && started && index + 1 < items.length) await wait(1000 / rate, signal);
  }
}

const pause = (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal });
