import { dayOf } from '../../schemas/days.ts';
import { PhotoRecord, PhotoStatus } from '../../schemas/records.ts';
import { readPage } from '../deployment/pages.ts';
import type { Period } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';

type Order = 'asc' | 'desc';

/** The first day of the period that has a photo, or the last one. Undefined if there is none. */
export function nextDay(target: Target, period: Period, order: Order): Promise<string | undefined> {
  const { since, until } = period;
  const read = () => readNextDay(target, period, order);
  // Photos can still be added at the open end.
  if (!target.nextDays || !until || order === 'asc') return read();
  return target.nextDays.get(`${since?.toISOString()} ${until.toISOString()}`, read);
}

async function readNextDay(target: Target, period: Period, order: Order): Promise<string | undefined> {
  const { since, until } = period;
  if (since && until && since > until) return undefined;
  const { rows } = await readPage(target, {
    table: 'results',
    index: 'by-status',
    values: PhotoStatus.options,
    period,
    order,
    schema: PhotoRecord,
    limit: 1,
  });
  return rows[0] && dayOf(rows[0].timestamp);
}

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** What is left of a period after a day. */
export function beyond(day: string, period: Period, order: Order): Period {
  const start = Date.parse(day);
  return order === 'asc'
    ? { ...period, since: new Date(start + DAY_MS) }
    : { ...period, until: new Date(start - SECOND_MS) };
}
