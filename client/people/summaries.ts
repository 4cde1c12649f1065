import { dayOf } from '../../schemas/days.ts';
import { FaceRecord, type EnrolledFaceRecord } from '../../schemas/records.ts';
import { readPage } from '../deployment/pages.ts';
import { pagesInPart, readEnrolledFaces } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Kept } from '../kept.ts';
import { Turns } from '../turns.ts';
import { idsOf, type Person } from './find-person.ts';

/** What is told of a person in a list, and where the person was seen. */
export interface Summary {
  readonly portraits: readonly EnrolledFaceRecord[];
  readonly photos: number;
  /** Photos by day, the oldest first. */
  readonly timeline: readonly { readonly day: string; readonly count: number }[];
  /** The ids of the newest photos, the oldest first. */
  readonly newest: readonly string[];
  readonly last_seen: string | null;
  /** The newest face. */
  readonly cover: FaceRecord | undefined;
}

/** How long a summary is given again, and up to which age while a new one is made, in milliseconds. */
const [KEPT_MS, STALE_MS] = [60_000, 600_000];
/** Made at the same time: all faces of a person are counted, and others want to be answered meanwhile. */
const CONCURRENCY = 2;
/** Of the newest photos. */
const NEWEST = 100;
const Sighting = FaceRecord.pick({ image_id: true, timestamp: true });

/** Summaries of people, each made once in a while. */
export class Summaries {
  readonly #target: Target;
  readonly #kept: Kept<Summary>;
  readonly #turns = new Turns(CONCURRENCY);

  constructor(target: Target, now = () => new Date()) {
    this.#target = target;
    this.#kept = new Kept({ keptMs: KEPT_MS, staleMs: STALE_MS, now, most: 10_000 });
  }

  /** Somebody who was merged into the person belongs to the question, so that a merge gives another answer. */
  of(person: Person): Promise<Summary> {
    return this.#kept.get(idsOf(person).join(' '), () => this.#turns.run(() => summarize(this.#target, person)));
  }

  /** What is known of these is not true any more: people by any of their ids. Without ids, of all. */
  drop(ids?: readonly string[]): void {
    this.#kept.clear((question) => ids === undefined || ids.some((id) => question.includes(id)));
  }
}

async function summarize(target: Target, person: Person): Promise<Summary> {
  const ids = idsOf(person);
  const portraits = (await Promise.all(ids.map((id) => readEnrolledFaces(target, id)))).flat();
  const cover = await newestFace(target, ids);
  // Two faces of one photo can have one name.
  const photos = new Map<string, { readonly timestamp: string; readonly time: number }>();
  for (const value of ids) {
    const query = { table: 'results', index: 'by-person', value, schema: Sighting } as const;
    for await (const faces of pagesInPart(target, query)) {
      for (const { image_id, timestamp } of faces) photos.set(image_id, { timestamp, time: Date.parse(timestamp) });
    }
  }
  const seen = [...photos].toSorted(([, a], [, b]) => a.time - b.time);
  const days = Map.groupBy(seen, ([, { timestamp }]) => dayOf(timestamp));
  return {
    portraits,
    photos: seen.length,
    timeline: [...days].map(([day, list]) => ({ day, count: list.length })),
    newest: seen.slice(-NEWEST).map(([image_id]) => image_id),
    last_seen: seen.at(-1)?.[1].timestamp ?? null,
    cover,
  };
}

async function newestFace(target: Target, values: readonly string[]): Promise<FaceRecord | undefined> {
  const list = { table: 'results', index: 'by-person', order: 'desc', limit: 1, schema: FaceRecord } as const;
  return (await readPage(target, { ...list, values })).rows[0];
}
