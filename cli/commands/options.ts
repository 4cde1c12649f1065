import { InvalidArgumentError, Option } from 'commander';

/** Options that several commands share. */
export const dataOption = () =>
  new Option('--data <dir>', 'where the embedded account keeps everything').default('.rollcall');
export const awsOption = () => new Option('--aws', 'work on the deployed stack (its names come from its outputs)');
export const jsonOption = (what = 'print one JSON line per photo') => new Option('--json', what);
export const forceOption = () => new Option('--force', 'process again what was processed before, with the same bytes');

export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 (any free one) to 65535.');
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/** A day starts at midnight UTC. */
export const sinceOf = (text: string) => timeOf(text, 'T00:00:00Z');
/** A day that ends a period is part of it. */
export const untilOf = (text: string) => timeOf(text, 'T23:59:59Z');

function timeOf(text: string, ofDay: string): Date {
  const time = new Date(DATE.test(text) ? text + ofDay : text);
  if ((DATE.test(text) || TIME.test(text)) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('A time is 2026-11-23, or 2026-11-23T18:05:00Z.');
}

/** How many lines of a list are wanted. */
export function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1) return limit;
  throw new InvalidArgumentError('A limit is a whole number from 1.');
}

/** `30d` */
export function daysOf(text: string): number {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  if (Number(days) >= 1) return Number(days);
  throw new InvalidArgumentError('A number of days is 30d.');
}
