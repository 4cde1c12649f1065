import { PREFIXES, workPrefixOfObject } from '../schemas/keys.ts';
import type { Input, Output } from '../schemas/tasks.ts';
import { enrols, namesInJson } from './forgetting/people.ts';
import { isAnswer, readVersion, removeFromJson } from './forgetting/stored-json.ts';
import type { TombstoneReader } from './forgetting/tombstones.ts';
import { Tally, turnEnds, type Clock } from './forgetting/turn.ts';
import {
  listVersions,
  removeAllVersions,
  removeVersions,
  walkFrom,
  type ObjectVersion,
  type VersionedStore,
} from './forgetting/versions.ts';
import { mentions } from './forgetting/without-people.ts';
import { s3Client } from './runtime/clients.ts';
import { mapConcurrently } from './runtime/concurrency.ts';
import { defineTask } from './runtime/define-task.ts';
import { dynamoDbClient } from './runtime/dynamodb-client.ts';
import { env } from './runtime/environment.ts';

interface Services extends VersionedStore, TombstoneReader, Clock {}

interface Work {
  readonly people: ReadonlySet<string>;
  /** What a work file about the person contains. */
  readonly words: readonly string[];
  readonly tally: Tally;
}

/** Files that are read at once. */
const CONCURRENCY = 20;

const DERIVED = [PREFIXES.faces, PREFIXES.work, PREFIXES.processed];
const WALKED = [PREFIXES.enroll, ...DERIVED];

/**
 * Goes through every version of every object but the photos. Portraits of the person are removed. Of what was derived
 * from photos, older versions are removed whoever is in them, because no row tells that any more; files that name the
 * person are removed from `work/`, and written again without the person in `processed/`.
 */
export async function run(
  { forgetting, progress }: Input<'forget-objects'>,
  services: Services,
): Promise<Output<'forget-objects'>> {
  const people = new Set<string>(forgetting.ids);
  const words = [...forgetting.ids, ...(await namesInJson(services, forgetting.ids))];
  const work = { people, words, tally: new Tally(progress) };
  const late = turnEnds(services);
  const walk = walkFrom(WALKED, progress.cursor);
  do {
    const page = await listVersions(services.s3, services.bucket, walk.prefix, walk.start);
    await forgetPage(services, page.versions, work);
    walk.advance(page.next);
  } while (walk.cursor !== undefined && !late());
  return work.tally.progress(progress, walk.cursor);
}

async function forgetPage(services: Services, versions: readonly ObjectVersion[], work: Work): Promise<void> {
  const { s3, bucket } = services;
  const portraits = versions.filter(({ key }) => enrols(key, work.people));
  for (const key of new Set(portraits.map((portrait) => portrait.key))) {
    work.tally.add('portraits', await removeAllVersions(s3, bucket, workPrefixOfObject(key)));
  }
  work.tally.add('portraits', await removeVersions(s3, bucket, portraits));
  const derived = versions.filter(({ key }) => DERIVED.some((prefix) => key.startsWith(prefix)));
  const older = derived.filter(({ latest }) => !latest);
  work.tally.add('older_versions', await removeVersions(s3, bucket, older));
  const current = derived.filter(({ latest, marker, key }) => latest && !marker && isAnswer(key));
  await mapConcurrently(current, CONCURRENCY, (version) => forgetInJson(services, version, work));
}

async function forgetInJson(services: Services, version: ObjectVersion, { people, words, tally }: Work) {
  const stored = await readVersion(services, version);
  if (!stored) return;
  if (version.key.startsWith(PREFIXES.work)) {
    if (!mentions(stored.text, words)) return;
    tally.add('work_files', await removeVersions(services.s3, services.bucket, [version]));
  } else if (mentions(stored.text, people) && (await removeFromJson(services, version.key, stored, people))) {
    tally.add('results', 1);
  }
}

export const handler = defineTask({
  name: 'forget-objects',
  services: () => ({
    s3: s3Client(),
    bucket: env('BUCKET'),
    dynamoDb: dynamoDbClient(),
    peopleTable: env('PEOPLE_TABLE'),
    now: () => new Date(),
  }),
  run,
  describe: ({ forgetting, progress }, output) => ({
    receipt: forgetting.receipt_id,
    round: progress.round,
    portraits: output?.removed.portraits,
    results: output?.removed.results,
  }),
});
