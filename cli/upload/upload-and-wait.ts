import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Content } from './files.ts';
import { Failure, messageOf } from '../failure.ts';
import { inLanes } from '../map-concurrently.ts';
import { progress } from '../progress.ts';
import type { Target } from '../deployment/target.ts';
import type { Terminal } from '../terminal.ts';

/** Something for the bucket. */
export interface Item {
  readonly key: string;
  /** What a person calls it. */
  readonly name: string;
  read(): Promise<Content>;
}

/** What both kinds of row, a photo's and an enrolment's, say of the object that they are about. */
export interface Landed {
  readonly key: string;
  readonly status: string;
  readonly timestamp: string;
  readonly etag: string;
  readonly version_id?: string | undefined;
  readonly sha256?: string | undefined;
}

export interface Kind<Row extends Landed> {
  /** `photos`, as the progress bar calls them. */
  readonly plural: string;
  rows(target: Target, keys: readonly string[]): Promise<Map<string, Row>>;
  /** Whether the outcome of the same bytes may stand. */
  stands(row: Row): boolean;
}

export interface Outcome<Row> {
  readonly key: string;
  readonly name: string;
  /** Whether it was there before, with the same bytes, and nothing had to be done. */
  readonly known: boolean;
  readonly row?: Row;
  /** Why there is no row: it could not be read, or uploaded, or nothing ever came of it. */
  readonly problem?: string;
}

/** Uploads at once. */
const LANES = 8;
/** Without any news for so long, an account that cannot say whether it is idle is taken to have lost the rest. */
const PATIENCE_MS = 15 * 60_000;

/** Uploads what is new and waits until the execution of each has ended. One that fails does not stop the others. */
export async function bring<Row extends Landed>(
  { target, terminal, force = false }: { target: Target; terminal: Terminal; force?: boolean },
  kind: Kind<Row>,
  items: readonly Item[],
): Promise<Outcome<Row>[]> {
  const { signal } = terminal;
  const keys = items.map(({ key }) => key);
  const before = force ? new Map<string, Row>() : await kind.rows(target, keys);
  const waiting = new Map<string, Upload>();
  const outcomes = new Map<string, Outcome<Row>>();
  const bar = progress(terminal, kind.plural, items.length);
  const settle = (outcome: Outcome<Row>) => {
    outcomes.set(outcome.key, outcome);
    bar.step(outcome.name);
  };
  try {
    await inLanes(LANES, items, async (item) => {
      signal.throwIfAborted();
      try {
        const begun = await begin(target, kind, item, before.get(item.key));
        if ('known' in begun) settle(begun);
        else waiting.set(item.key, begun);
      } catch (error) {
        settle({ key: item.key, name: item.name, known: false, problem: messageOf(error) });
      }
    });
    await follow({ target, kind, waiting, settle, signal });
  } finally {
    bar.end();
  }
  return keys.map((key) => outcomes.get(key)!);
}

/** Uploads it, unless the same bytes are there. */
async function begin<Row extends Landed>(
  target: Target,
  kind: Kind<Row>,
  item: Item,
  row: Row | undefined,
): Promise<Outcome<Row> | Upload> {
  const { key, name } = item;
  const content = await item.read();
  if (row && sameBytes(row, content)) {
    // Left under way when an earlier run was stopped: the account has taken it up again.
    if (!ended(row)) return { name, etag: row.etag, versionId: row.version_id, at: row.timestamp };
    if (kind.stands(row)) return { key, name, known: true, row };
  }
  const at = new Date().toISOString();
  const object = await target.s3.send(
    new PutObjectCommand({ Bucket: target.deployment.bucket, Key: key, Body: content.bytes }),
  );
  return { name, at, etag: (object.ETag ?? '').replaceAll('"', ''), versionId: object.VersionId };
}

interface Upload {
  readonly name: string;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly at: string;
}

interface Following<Row extends Landed> {
  readonly target: Target;
  readonly kind: Kind<Row>;
  readonly waiting: Map<string, Upload>;
  readonly signal: AbortSignal;
  readonly settle: (outcome: Outcome<Row>) => void;
}

async function follow<Row extends Landed>({ target, kind, waiting, signal, settle }: Following<Row>): Promise<void> {
  let idle = false;
  if (waiting.size > 0) void target.idle?.().then(() => (idle = true));
  let lastNews = Date.now();
  while (waiting.size > 0) {
    // Asked before the rows are read: what has no outcome after the account came to rest will never have one.
    const nothingMore = idle || Date.now() - lastNews > PATIENCE_MS;
    const asked = performance.now();
    for (const [key, row] of await kind.rows(target, [...waiting.keys()])) {
      const upload = waiting.get(key)!;
      if (!ended(row) || !isOf(row, upload)) continue;
      waiting.delete(key);
      settle({ key, name: upload.name, known: false, row });
      lastNews = Date.now();
    }
    if (nothingMore) break;
    // Asking after thousands takes long: it must stay a small part of what the account has to do.
    const pause = Math.max(target.pollMs, 10 * (performance.now() - asked));
    if (waiting.size > 0) await sleep(pause, undefined, { signal }).catch(interrupted(signal));
  }
  for (const [key, { name }] of waiting) settle({ key, name, known: false, problem: LOST });
}

const LOST = 'It was uploaded, but no execution of it is known to have ended. Look in the dead-letter queues.';

const interrupted = (signal: AbortSignal) => (error: unknown) => {
  throw signal.aborted ? signal.reason : new Failure('Waiting for the executions failed.', { cause: error });
};

const ended = ({ status }: Landed) => status !== 'PROCESSING';

/** Of the version we uploaded, or of one that came after it and took its place. */
function isOf(row: Landed, upload: Upload): boolean {
  const same = upload.versionId === undefined ? row.etag === upload.etag : row.version_id === upload.versionId;
  return same || new Date(row.timestamp) > new Date(upload.at);
}

const sameBytes = (row: Landed, { sha256, md5 }: Content) =>
  row.sha256 === undefined ? row.etag === md5 : row.sha256 === sha256;
