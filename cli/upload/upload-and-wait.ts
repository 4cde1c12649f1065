import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../../client/deployment/target.ts';
import { Failure, messageOf } from '../../client/failure.ts';
import { laneOf } from '../../client/lane.ts';
import { mapConcurrently } from '../../client/map-concurrently.ts';
import { LANE_METADATA, type Lane } from '../../schemas/pacing.ts';
import { progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import type { Content } from './files.ts';

/** An object to upload. */
export interface UploadItem {
  readonly key: string;
  /** The name for people. */
  readonly name: string;
  /** Of the object, besides its lane. */
  readonly metadata?: Readonly<Record<string, string>>;
  read(): Promise<Content>;
}

/** The fields about the object that the rows of photos and of enrolments share. */
export interface UploadedRow {
  readonly key: string;
  readonly status: string;
  readonly timestamp: string;
  readonly etag: string;
  readonly version_id?: string | undefined;
  readonly sha256?: string | undefined;
}

export interface UploadKind<Row extends UploadedRow> {
  /** For the progress bar: `photos`. */
  readonly plural: string;
  readRows(target: Target, keys: readonly string[]): Promise<Map<string, Row>>;
  /** Whether the outcome of the same bytes can be used again. */
  isReusable(row: Row): boolean;
  /** Why a file is not uploaded, in a sentence. Undefined if it may be. */
  refuses?(key: string, content: Content): string | undefined;
}

export interface UploadOutcome<Row> {
  readonly key: string;
  readonly name: string;
  /** Whether the same bytes had been processed before, so that nothing was uploaded. */
  readonly unchanged: boolean;
  readonly row?: Row;
  /** Why it was not uploaded, though it could have been. */
  readonly refusal?: string;
  /** Why there is no row: the file could not be read or uploaded, or no execution ended. */
  readonly problem?: string;
}

/** Concurrent uploads. */
const CONCURRENCY = 8;
/**
 * After this time without a new outcome and with nothing under way, the rest counts as lost in an account that cannot
 * say whether it is idle.
 */
const STALLED_MS = 15 * 60_000;

/** Uploads what is new and waits until every execution has ended. A failure does not stop the others. */
export async function uploadAndWait<Row extends UploadedRow>(
  { target, terminal, force = false }: { target: Target; terminal: Terminal; force?: boolean },
  kind: UploadKind<Row>,
  items: readonly UploadItem[],
): Promise<UploadOutcome<Row>[]> {
  const { signal } = terminal;
  const keys = items.map(({ key }) => key);
  const lane = laneOf(items.length);
  const before = force ? new Map<string, Row>() : await kind.readRows(target, keys);
  const waiting = new Map<string, Upload>();
  const outcomes = new Map<string, UploadOutcome<Row>>();
  const bar = progress(terminal, kind.plural, items.length);
  const settle = (outcome: UploadOutcome<Row>) => {
    outcomes.set(outcome.key, outcome);
    bar.step(outcome.name);
  };
  try {
    await mapConcurrently(CONCURRENCY, items, async (item) => {
      signal.throwIfAborted();
      try {
        const started = await uploadUnlessKnown({ target, kind, lane }, item, before.get(item.key));
        if ('unchanged' in started) settle(started);
        else waiting.set(item.key, started);
      } catch (error) {
        settle({ key: item.key, name: item.name, unchanged: false, problem: messageOf(error) });
      }
    });
    await waitForOutcomes({ target, kind, waiting, settle, signal });
  } finally {
    bar.end();
  }
  return keys.map((key) => outcomes.get(key)!);
}

/** Uploads an object unless the same bytes have been uploaded before. */
async function uploadUnlessKnown<Row extends UploadedRow>(
  { target, kind, lane }: { target: Target; kind: UploadKind<Row>; lane: Lane },
  item: UploadItem,
  row: Row | undefined,
): Promise<UploadOutcome<Row> | Upload> {
  const { key, name } = item;
  const content = await item.read();
  if (row && sameBytes(row, content)) {
    // An earlier run was stopped while this was processed. The account continues it.
    if (!hasEnded(row)) return { name, etag: row.etag, versionId: row.version_id, at: row.timestamp };
    if (kind.isReusable(row)) return { key, name, unchanged: true, row };
  }
  const refusal = kind.refuses?.(key, content);
  if (refusal !== undefined) return { key, name, unchanged: true, refusal };
  const at = new Date().toISOString();
  const object = await target.s3.send(
    new PutObjectCommand({
      Bucket: target.deployment.bucket,
      Key: key,
      Body: content.bytes,
      Metadata: { ...item.metadata, ...(lane === 'bulk' && { [LANE_METADATA]: lane }) },
    }),
  );
  return { name, at, etag: (object.ETag ?? '').replaceAll('"', ''), versionId: object.VersionId };
}

interface Upload {
  readonly name: string;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly at: string;
}

interface WaitOptions<Row extends UploadedRow> {
  readonly target: Target;
  readonly kind: UploadKind<Row>;
  readonly waiting: Map<string, Upload>;
  readonly signal: AbortSignal;
  readonly settle: (outcome: UploadOutcome<Row>) => void;
}

async function waitForOutcomes<Row extends UploadedRow>({
  target,
  kind,
  waiting,
  signal,
  settle,
}: WaitOptions<Row>): Promise<void> {
  let idle = false;
  if (waiting.size > 0) void target.idle?.().then(() => (idle = true));
  let lastNews = Date.now();
  while (waiting.size > 0) {
    // Checked before the rows are read: once the account is idle, a missing outcome will not come any more.
    const nothingMore = idle || Date.now() - lastNews > STALLED_MS;
    const asked = performance.now();
    for (const [key, row] of await kind.readRows(target, [...waiting.keys()])) {
      const upload = waiting.get(key)!;
      if (!isOutcomeOf(row, upload)) continue;
      if (!hasEnded(row)) {
        // It waits for a slot, perhaps for hours.
        lastNews = Date.now();
        continue;
      }
      waiting.delete(key);
      settle({ key, name: upload.name, unchanged: false, row });
      lastNews = Date.now();
    }
    if (nothingMore) break;
    // Reading thousands of rows takes long. It must stay a small part of the account's work.
    const pause = Math.max(target.pollMs, 10 * (performance.now() - asked));
    if (waiting.size > 0) await sleep(pause, undefined, { signal }).catch(rethrowInterruption(signal));
  }
  for (const [key, { name }] of waiting) settle({ key, name, unchanged: false, problem: NO_OUTCOME });
}

const NO_OUTCOME = 'It was uploaded, but no execution of it is known to have ended. Look in the dead-letter queues.';

const rethrowInterruption = (signal: AbortSignal) => (error: unknown) => {
  throw signal.aborted ? signal.reason : new Failure('Waiting for the executions failed.', { cause: error });
};

const hasEnded = ({ status }: UploadedRow) => status !== 'PROCESSING';

/** Whether the row is of the uploaded version, or of a newer one that replaced it. */
function isOutcomeOf(row: UploadedRow, upload: Upload): boolean {
  const same = upload.versionId === undefined ? row.etag === upload.etag : row.version_id === upload.versionId;
  return same || new Date(row.timestamp) > new Date(upload.at);
}

const sameBytes = (row: UploadedRow, { sha256, md5 }: Content) =>
  row.sha256 === undefined ? row.etag === md5 : row.sha256 === sha256;
