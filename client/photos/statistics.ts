import type * as z from 'zod';
import { dayOf } from '../../schemas/days.ts';
import { FaceStatus } from '../../schemas/faces.ts';
import { FaceRecord, PhotoRecord, PhotoStatus } from '../../schemas/records.ts';
import { pagesInPart, readPeople, type People, type Period } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { keptFor } from '../kept.ts';
import type { DayStatistics } from './counts.ts';
import type { Days } from './days.ts';
import { strongestOf } from './list-faces.ts';

/**
 * How long the counts of a past day are given again at least, and up to which age while it is counted, and those of
 * today.
 */
const KEPT_MS = { past: 60_000, stale: 600_000, today: 2000 };

/** Somebody who is in some photos. */
export interface CountedPerson {
  readonly person_id: string;
  readonly name: string;
  readonly faces: number;
}

export interface Summary {
  /** Days that have photos, the oldest first. */
  readonly days: readonly DayStatistics[];
  /** The most often first. */
  readonly people: readonly CountedPerson[];
  /** What is counted, of what was asked for. */
  readonly since: Date;
  readonly until: Date;
}

const DAY_MS = 86_400_000;
/** So many days are counted where no start is given, and at most so many. */
const [USUAL_DAYS, MOST_DAYS] = [90, 366];

/** Counts photos and faces. Days are read as a whole, once in a while. */
export class Statistics {
  readonly #target: Target;
  readonly #days: Days;
  readonly #now: () => Date;
  readonly #counted = new Map<string, { readonly of: DayStatistics; readonly at: number }>();
  #recount: Promise<void> | undefined;
  /** How long it took to count several days. */
  #took = 0;

  constructor(target: Target, days: Days, now = () => new Date()) {
    this.#target = target;
    this.#days = days;
    this.#now = now;
  }

  /** Counts a period of at most a year, with the names of the people in it. */
  async summary({ since: given, until = this.#now() }: Period): Promise<Summary> {
    const earliest = new Date(until.getTime() - (given ? MOST_DAYS : USUAL_DAYS) * DAY_MS);
    const since = given && given > earliest ? given : earliest;
    const [days, people] = await Promise.all([this.list({ since, until }), readPeople(this.#target)]);
    return { days, people: peopleIn(days, people), since, until };
  }

  /** Of the days that have photos, the oldest first. */
  async list({ since, until }: Period): Promise<DayStatistics[]> {
    const days = (await this.#days.list(since, until)).map(({ day }) => day);
    const today = dayOf(this.#now().toISOString());
    const ages = new Map(days.map((day) => [day, this.#ageOf(day)]));
    const olderThan = (ms: number) => days.filter((day) => ages.get(day)! >= (day === today ? KEPT_MS.today : ms));
    const lasting = keptFor(KEPT_MS.past, this.#took);
    const missing = olderThan(Math.max(KEPT_MS.stale, lasting));
    if (missing.length > 0) await this.#count(missing);
    else this.#countInBackground(olderThan(lasting));
    return days.flatMap((day) => this.#counted.get(day)?.of ?? []);
  }

  #ageOf(day: string): number {
    const known = this.#counted.get(day);
    return known ? this.#now().getTime() - known.at : Infinity;
  }

  /** One after the other: whoever asks next sees what was not counted. */
  #countInBackground(days: readonly string[]): void {
    if (days.length === 0 || this.#recount) return;
    this.#recount = this.#count(days, true)
      .catch(() => {})
      .finally(() => (this.#recount = undefined));
  }

  async #count(days: readonly string[], inBackground = false): Promise<void> {
    const at = this.#now().getTime();
    const counted = await countDays(this.#target, days, inBackground);
    if (days.length > 1) this.#took = this.#now().getTime() - at;
    for (const of of counted) this.#counted.set(of.day, { of, at });
  }
}

function peopleIn(days: readonly DayStatistics[], people: People): CountedPerson[] {
  const faces = new Map<string, number>();
  for (const { hours } of days) {
    for (const [id, count] of hours.flatMap((hour) => Object.entries(hour.people))) {
      faces.set(id, (faces.get(id) ?? 0) + count);
    }
  }
  return [...faces]
    .map(([person_id, count]) => ({ person_id, name: people.get(person_id) ?? 'somebody', faces: count }))
    .toSorted((a, b) => b.faces - a.faces || a.name.localeCompare(b.name));
}

interface Counting {
  photos: number;
  readonly faces: Partial<Record<FaceStatus, number>>;
  readonly emotions: Record<string, number>;
  readonly people: Record<string, number>;
}

const Uploaded = PhotoRecord.pick({ timestamp: true });
const Found = FaceRecord.pick({ timestamp: true, emotions: true, person_id: true });

/** Counts these days, and reads no others but those between them. */
async function countDays(target: Target, days: readonly string[], inBackground: boolean): Promise<DayStatistics[]> {
  const counts = new Map(days.map((day) => [day, new Map<number, Counting>()]));
  const period = { since: new Date(`${days[0]}T00:00:00Z`), until: new Date(`${days.at(-1)}T23:59:59Z`) };
  const of = { table: 'results', index: 'by-status', period } as const;
  const countingAt = (timestamp: string) => {
    const hours = counts.get(dayOf(timestamp));
    return hours && hourOf(hours, timestamp);
  };
  for (const value of PhotoStatus.options) {
    for await (const photos of pagesInPart(target, { ...of, value, schema: Uploaded }, inBackground)) {
      for (const { timestamp } of photos) {
        const hour = countingAt(timestamp);
        if (hour) hour.photos += 1;
      }
    }
  }
  for (const value of FaceStatus.options) {
    for await (const faces of pagesInPart(target, { ...of, value, schema: Found }, inBackground)) {
      for (const face of faces) {
        const hour = countingAt(face.timestamp);
        if (hour) countFace(hour, value, face);
      }
    }
  }
  return [...counts].map(([day, hours]) => ({
    day,
    hours: [...hours].map(([hour, found]) => ({ hour, ...found })).toSorted((a, b) => a.hour - b.hour),
  }));
}

function countFace(
  { faces, emotions, people }: Counting,
  status: FaceStatus,
  { emotions: shown, person_id }: z.output<typeof Found>,
): void {
  faces[status] = (faces[status] ?? 0) + 1;
  const strongest = strongestOf(shown);
  if (strongest !== undefined) emotions[strongest] = (emotions[strongest] ?? 0) + 1;
  if (person_id !== undefined) people[person_id] = (people[person_id] ?? 0) + 1;
}

function hourOf(hours: Map<number, Counting>, timestamp: string): Counting {
  const hour = Number(timestamp.slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH'.length));
  let counting = hours.get(hour);
  if (!counting) hours.set(hour, (counting = { photos: 0, faces: {}, emotions: {}, people: {} }));
  return counting;
}
