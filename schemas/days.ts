/** The day of an ISO time, in UTC: YYYY-MM-DD. */
export const dayOf = (timestamp: string): string => timestamp.slice(0, 'YYYY-MM-DD'.length);

/** So many days later, or earlier. */
export function daysAfter(day: string, days: number): string {
  const other = new Date(`${day}T00:00:00Z`);
  other.setUTCDate(other.getUTCDate() + days);
  return dayOf(other.toISOString());
}

/** Days, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** The days of a range, one after another. */
export function daysIn({ from, to }: DayRange): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = daysAfter(day, 1)) days.push(day);
  return days;
}
