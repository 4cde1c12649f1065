import { countInIndex, type Period } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { beyond, nextDay } from './next-day.ts';

export interface DayCount {
  readonly day: string;
  readonly count: number;
}

const MOST_KEPT = 10_000;
/** How long a count is given again, in milliseconds. Only today's grows; photos leave the others when they change. */
const KEPT_MS = { today: 2000, past: 60_000 };

/** How many photos each day has. Counts are kept, because to count a day is to read it. */
export class Days {
  readonly #target: Target;
  readonly #now: () => Date;
  readonly #next = new Map<string, { readonly day: string; readonly at: number }>();
  readonly #counts = new Map<string, { readonly count: number; readonly at: number }>();

  constructor(target: Target, now = () => new Date()) {
    this.#target = target;
    this.#now = now;
  }

  /** The days that have photos, the oldest first. */
  async list(since?: Date, until?: Date): Promise<DayCount[]> {
    const days: DayCount[] = [];
    let period: Period = { since, until };
    for (;;) {
      const day = await this.#nextDay(period);
      if (day === undefined) return days;
      days.push({ day, count: await this.#count(day) });
      period = beyond(day, period, 'asc');
    }
  }

  /** Which day comes next is kept as the counts are. */
  async #nextDay(period: Period): Promise<string | undefined> {
    const asked = `${period.since?.toISOString()} ${period.until?.toISOString()}`;
    const known = this.#next.get(asked);
    if (known && this.#now().getTime() - known.at < this.#keptMs(known.day)) return known.day;
    const day = await nextDay(this.#target, period, 'asc');
    // Anybody can ask for any period.
    if (this.#next.size > MOST_KEPT) this.#next.clear();
    if (day !== undefined) this.#next.set(asked, { day, at: this.#now().getTime() });
    return day;
  }

  #keptMs(day: string): number {
    return day === this.#now().toISOString().slice(0, day.length) ? KEPT_MS.today : KEPT_MS.past;
  }

  async #count(day: string): Promise<number> {
    const now = this.#now();
    const known = this.#counts.get(day);
    if (known && now.getTime() - known.at < this.#keptMs(day)) return known.count;
    const count = await countInIndex(this.#target, { table: 'results', index: 'by-day', value: day });
    this.#counts.set(day, { count, at: now.getTime() });
    return count;
  }
}
