import { HOURS, type DayStatistics, type Unit, weekdayOf } from '../../../client/photos/counts.ts';
import { daysIn, type DayRange } from '../../../schemas/days.ts';

/** The longest ranges, in days, whose hours and whose days can be told apart in a chart. */
const [MOST_BY_HOUR, MOST_BY_DAY] = [3, 120];

export function unitOf(range: DayRange): Unit {
  const days = daysIn(range).length;
  if (days <= MOST_BY_HOUR) return 'hour';
  return days <= MOST_BY_DAY ? 'day' : 'week';
}

/** Photos by weekday, from Monday, and by hour. */
export function weekOf(days: readonly DayStatistics[], { from, to }: DayRange): number[][] {
  const week = Array.from({ length: 7 }, () => HOURS.map(() => 0));
  for (const { day, hours } of days) {
    if (day < from || day > to) continue;
    for (const { hour, photos } of hours) week[weekdayOf(day)]![hour]! += photos;
  }
  return week;
}
