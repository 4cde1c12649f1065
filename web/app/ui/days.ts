/** Days are in UTC, as those of photos are: `2026-11-23`. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 'YYYY-MM-DD'.length);

/** Whether it is a day of the calendar. */
export const isDay = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  // 30 February would be taken for 1 March.
  dayOf(new Date(Date.parse(value) || 0)) === value;
