import { dayOf } from '../../schemas/days.ts';
import { PhotoRecord, PhotoStatus } from '../../schemas/records.ts';
import { countInIndex, pagesInPart } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Kept } from '../kept.ts';

export interface DayCount {
  readonly day: string;
  readonly count: number;
}

/**
 * How long counts are given again, in milliseconds: of past days, which change only when photos are removed, up to which
 * age while they are counted again, and of today.
 */
const KEPT_MS = { past: 600_000, stale: 3_600_000, today: 2000 };
const WithDay = PhotoRecord.pick({ day: true });

/** Counts photos by day. DynamoDB counts rows by reading them, so all of them are counted once in a while. */
export class Days {
  readonly #target: Target;
  readonly #now: () => Date;
  readonly #past: Kept<ReadonlyMap<string, number>>;
  readonly #today: Kept<number>;

  constructor(target: Target, now = () => new Date()) {
    this.#target = target;
    this.#now = now;
    this.#past = new Kept({ keptMs: KEPT_MS.past, staleMs: KEPT_MS.stale, now });
    this.#today = new Kept({ keptMs: KEPT_MS.today, now });
  }

  /** The days that have photos, the oldest first. */
  async list(since?: Date, until?: Date): Promise<DayCount[]> {
    const today = dayOf(this.#now().toISOString());
    const [past, count] = await Promise.all([
      this.#past.get('', (inBackground) => countDays(this.#target, inBackground)),
      this.#today.get(today, () => countInIndex(this.#target, { table: 'results', index: 'by-day', value: today })),
    ]);
    const [first, last] = [since, until].map((end) => end && dayOf(end.toISOString()));
    return [...new Map(past).set(today, count)]
      .map(([day, photos]) => ({ day, count: photos }))
      .filter(({ day, count: photos }) => photos > 0 && day >= (first ?? '') && day <= (last ?? '~'))
      .toSorted((a, b) => (a.day < b.day ? -1 : 1));
  }
}

async function countDays(target: Target, inBackground: boolean): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const value of PhotoStatus.options) {
    const query = { table: 'results', index: 'by-status', value, schema: WithDay } as const;
    for await (const photos of pagesInPart(target, query, inBackground)) {
      for (const { day } of photos) counts.set(day, (counts.get(day) ?? 0) + 1);
    }
  }
  return counts;
}
