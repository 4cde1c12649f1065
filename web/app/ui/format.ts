const locale = 'en-GB';

const dayFormat = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const shortDayFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const timeFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const numberFormat = new Intl.NumberFormat(locale);

export const dayText = (day: string) => dayFormat.format(new Date(`${day}T00:00:00Z`));
export const shortDayText = (day: string) => shortDayFormat.format(new Date(`${day}T00:00:00Z`));
export const timeText = (time: string) => timeFormat.format(new Date(time));
export const numberText = (value: number) => numberFormat.format(value);
export const percentText = (value: number) => `${value.toFixed(value < 99.95 ? 1 : 0)} %`;
export const counted = (count: number, one: string, many = `${one}s`) =>
  `${numberText(count)} ${count === 1 ? one : many}`;

/** The file's name in a key: `input/2026/party.jpg` is `2026/party.jpg`. */
export const fileName = (key: string) => key.replace(/^(input|enroll)\//, '');

export const sentence = (code: string) => code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ');

export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
