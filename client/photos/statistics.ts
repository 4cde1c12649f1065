import { FaceStatus } from '../../schemas/faces.ts';
import { FaceRecord, PhotoRecord, PhotoStatus } from '../../schemas/records.ts';
import { eachInIndex, type Period } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import type { Days } from './days.ts';

/** What was found in the photos of one hour of one day. */
export interface HourCounts {
  /** From 0 to 23, in UTC. */
  readonly hour: number;
  readonly photos: number;
  readonly faces: Readonly<Partial<Record<FaceStatus, number>>>;
  /** By the strongest emotion. */
  readonly emotions: Readonly<Record<string, number>>;
  /** Faces by the id of the person. */
  readonly people: Readonly<Record<string, number>>;
}

export interface DayStatistics {
  readonly day: string;
  readonly hours: readonly HourCounts[];
}

/** How long the counts of a day are given again, in milliseconds. Decisions and searches change past days as well. */
const KEPT_MS = { today: 2000, past: 60_000 };

/** Counts photos and faces. A day is read as a whole, once in a while. */
export class Statistics {
  readonly #target: Target;
  readonly #days: Days;
  readonly #now: () => Date;
  readonly #counted = new Map<string, { readonly of: DayStatistics; readonly at: number }>();

  constructor(target: Target, days: Days, now = () => new Date()) {
    this.#target = target;
    this.#days = days;
    this.#now = now;
  }

  /** Of the days that have photos, the oldest first. */
  async list({ since, until }: Period): Promise<DayStatistics[]> {
    const days = await this.#days.list(since, until);
    const found: DayStatistics[] = [];
    for (const { day } of days) found.push(await this.#statisticsOf(day));
    return found;
  }

  async #statisticsOf(day: string): Promise<DayStatistics> {
    const now = this.#now();
    const kept = day === now.toISOString().slice(0, 'YYYY-MM-DD'.length) ? KEPT_MS.today : KEPT_MS.past;
    const known = this.#counted.get(day);
    if (known && now.getTime() - known.at < kept) return known.of;
    const of = await countDay(this.#target, day);
    this.#counted.set(day, { of, at: now.getTime() });
    return of;
  }
}

interface Counting {
  photos: number;
  readonly faces: Partial<Record<FaceStatus, number>>;
  readonly emotions: Record<string, number>;
  readonly people: Record<string, number>;
}

async function countDay(target: Target, day: string): Promise<DayStatistics> {
  const hours = new Map<number, Counting>();
  const period = { since: new Date(`${day}T00:00:00Z`), until: new Date(`${day}T23:59:59Z`) };
  const of = { table: 'results', index: 'by-status', period } as const;
  for (const value of PhotoStatus.options) {
    for await (const { timestamp } of eachInIndex(target, { ...of, value, schema: PhotoRecord })) {
      hourOf(hours, timestamp).photos += 1;
    }
  }
  for (const value of FaceStatus.options) {
    for await (const face of eachInIndex(target, { ...of, value, schema: FaceRecord })) {
      const { faces, emotions, people } = hourOf(hours, face.timestamp);
      faces[value] = (faces[value] ?? 0) + 1;
      const strongest = face.emotions.toSorted((a, b) => b.confidence - a.confidence)[0]?.type;
      if (strongest !== undefined) emotions[strongest] = (emotions[strongest] ?? 0) + 1;
      if (face.person_id !== undefined) people[face.person_id] = (people[face.person_id] ?? 0) + 1;
    }
  }
  const counts = [...hours].map(([hour, found]) => ({ hour, ...found }));
  return { day, hours: counts.toSorted((a, b) => a.hour - b.hour) };
}

function hourOf(hours: Map<number, Counting>, timestamp: string): Counting {
  const hour = Number(timestamp.slice('YYYY-MM-DDT'.length, 'YYYY-MM-DDTHH'.length));
  let counting = hours.get(hour);
  if (!counting) hours.set(hour, (counting = { photos: 0, faces: {}, emotions: {}, people: {} }));
  return counting;
}
