import { PhotoRecord, PhotoStatus } from '../../schemas/records.ts';
import { readPage } from '../deployment/pages.ts';
import { countInIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

export interface DayCount {
  readonly day: string;
  readonly count: number;
}

/** How long a count is given again, in milliseconds. Only today's grows; photos leave the others when they change. */
const KEPT_MS = { today: 2000, past: 60_000 };
const DAY_MS = 86_400_000;

/** How many photos each day has. Counts are kept, because to count a day is to read it. */
export class Days {
  readonly #target: Target;
  readonly #now: () => Date;
  readonly #counts = new Map<string, { readonly count: number; readonly at: number }>();

  constructor(target: Target, now = () => new Date()) {
    this.#target = target;
    this.#now = now;
  }

  /** The days that have photos, the oldest first. */
  async list(since?: Date, until?: Date): Promise<DayCount[]> {
    const days: DayCount[] = [];
    for (let from = since; ;) {
      const day = await this.#nextDay(from, until);
      if (day === undefined) return days;
      days.push({ day, count: await this.#count(day) });
      from = new Date(Date.parse(day) + DAY_MS);
    }
  }

  async #nextDay(since: Date | undefined, until: Date | undefined): Promise<string | undefined> {
    const { rows } = await readPage(this.#target, {
      table: 'results',
      index: 'by-status',
      values: PhotoStatus.options,
      period: { since, until },
      order: 'asc',
      schema: PhotoRecord,
      limit: 1,
    });
    return rows[0]?.timestamp.slice(0, 'YYYY-MM-DD'.length);
  }

  async #count(day: string): Promise<number> {
    const now = this.#now();
    const kept = day === now.toISOString().slice(0, 10) ? KEPT_MS.today : KEPT_MS.past;
    const known = this.#counts.get(day);
    if (known && now.getTime() - known.at < kept) return known.count;
    const count = await countInIndex(this.#target, { table: 'results', index: 'by-day', value: day });
    this.#counts.set(day, { count, at: now.getTime() });
    return count;
  }
}
