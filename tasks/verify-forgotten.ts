import * as z from 'zod';
import type { Forgetting } from '../schemas/forgetting.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { CHECKS, expiryChecks, LATER_CHECKS, type CheckServices } from './forgetting/checks.ts';
import { nextRound } from './forgetting/rounds.ts';
import { Traces } from './forgetting/traces.ts';
import { turnEnds } from './forgetting/turn.ts';
import { clock } from './pacing/services.ts';
import { s3Client, sqsClient } from './runtime/clients.ts';
import { defineTask } from './runtime/define-task.ts';
import { env } from './runtime/environment.ts';
import { faceStore } from './storage/enrolled-faces.ts';

const Place = z.strictObject({ check: z.int().min(0).max(CHECKS.length), at: z.string().optional() });

/** Reads everything back, check by check and page by page. */
export async function run(
  { forgetting, progress }: Input<'verify-forgotten'>,
  services: CheckServices,
): Promise<Output<'verify-forgotten'>> {
  const late = turnEnds(services);
  const checks = checksOf(forgetting);
  const traces = new Traces(forgetting);
  const checked = { ...progress.checked };
  let { left } = progress;
  let place: z.infer<typeof Place> =
    progress.cursor === undefined ? { check: 0 } : Place.parse(JSON.parse(progress.cursor));
  do {
    const [kind, check] = checks[place.check]!;
    const page = await check(services, traces, place.at);
    checked[kind] = (checked[kind] ?? 0) + page.looked;
    left += page.left;
    place = page.cursor === undefined ? { check: place.check + 1 } : { check: place.check, at: page.cursor };
  } while (place.check < checks.length && !late());
  const { round, removed } = progress;
  const next = { round, removed, checked, left };
  return place.check < checks.length
    ? { ...next, cursor: JSON.stringify(place) }
    : nextRound(forgetting, next, services.now());
}

function checksOf({ only_verify, unknown_before }: Forgetting): typeof CHECKS {
  if (unknown_before !== undefined) return expiryChecks(unknown_before);
  return only_verify ? LATER_CHECKS : CHECKS;
}

export const handler = defineTask({
  name: 'verify-forgotten',
  services: () => ({
    s3: s3Client(),
    sqs: sqsClient(),
    bucket: env('BUCKET'),
    resultsTable: env('RESULTS_TABLE'),
    unknownCollectionId: env('UNKNOWN_COLLECTION_ID'),
    decisionsTable: env('DECISIONS_TABLE'),
    queues: env('DEAD_LETTER_QUEUES'),
    ...faceStore(),
    ...clock(),
  }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    left: output?.left,
  }),
});
