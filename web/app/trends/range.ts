import { daysAfter, type DayRange } from '../../../schemas/days.ts';
import { isDay } from '../ui/days.ts';

/** What the page shows. It is part of the address. */
export interface TrendsSearch {
  /** So many days up to today, or a year. */
  period?: number;
  /** The days that are looked at, of that period. */
  from?: string;
  to?: string;
}

export const LATEST = [30, 90, 365] as const;
export const USUAL = 90;
const FIRST_YEAR = 1970;

const isPeriod = (value: unknown): value is number =>
  LATEST.some((days) => days === value) || (Number.isInteger(value) && Number(value) >= FIRST_YEAR);

export function readTrendsSearch({ period, from, to }: Record<string, unknown>): TrendsSearch {
  return {
    ...(isPeriod(period) ? { period } : {}),
    ...(isDay(from) ? { from } : {}),
    ...(isDay(to) ? { to } : {}),
  };
}

export const periodOf = (period: number, today: string): DayRange =>
  period < FIRST_YEAR
    ? { from: daysAfter(today, 1 - period), to: today }
    : { from: `${period}-01-01`, to: `${period}-12-31` };

/** What is looked at of a period: all of it, where nothing else is asked for. */
export function within({ from, to }: TrendsSearch, period: DayRange): DayRange {
  const isIn = (day: string | undefined): day is string => day !== undefined && day >= period.from && day <= period.to;
  const range = { from: isIn(from) ? from : period.from, to: isIn(to) ? to : period.to };
  return range.from <= range.to ? range : period;
}
