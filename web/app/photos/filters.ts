import { daysAfter } from '../../../schemas/days.ts';
import type { Query } from '../api/client.ts';
import { isDay } from '../ui/days.ts';
import { FACE_EMOTIONS } from './emotions.ts';

/** What the grid shows. It is part of the address, so that it can be copied and gone back to. */
export interface Filters {
  /** All of them in one photo. */
  person?: string[];
  status?: string;
  emotion?: string;
  /** Days, both included. */
  from?: string;
  to?: string;
  /** The day at which the grid begins; newer photos are above it. */
  at?: string;
}

export const PHOTO_STATUSES = ['COMPLETED', 'NO_FACES', 'PROCESSING', 'REJECTED', 'FAILED'] as const;

const isOneOf = (values: readonly string[], value: unknown): value is string =>
  typeof value === 'string' && values.includes(value);
const isText = (value: unknown): value is string => typeof value === 'string';

export function readFilters(search: Record<string, unknown>): Filters {
  const { person, status, emotion, from, to, at } = search;
  const people = Array.isArray(person) ? person.filter(isText) : [];
  return {
    ...(people.length > 0 ? { person: people } : {}),
    ...(isOneOf(PHOTO_STATUSES, status) ? { status } : {}),
    ...(isOneOf(FACE_EMOTIONS, emotion) ? { emotion } : {}),
    ...(isDay(from) ? { from } : {}),
    ...(isDay(to) ? { to } : {}),
    ...(isDay(at) ? { at } : {}),
  };
}

export const isFiltered = ({ person, status, emotion, from, to }: Filters): boolean =>
  Boolean(person ?? status ?? emotion ?? from ?? to);

const least = (...days: (string | undefined)[]) => days.filter(isDay).sort()[0];
const greatest = (...days: (string | undefined)[]) => days.filter(isDay).sort().at(-1);

/** Photos of the anchor's day and older ones, the newest first; or those after the anchor's day, the oldest first. */
export function queryOf({ person, status, emotion, from, to, at }: Filters, order: 'asc' | 'desc'): Query {
  const first = order === 'asc' && at ? greatest(from, daysAfter(at, 1)) : from;
  const last = order === 'desc' ? least(to, at) : to;
  return {
    person,
    status,
    emotion,
    order,
    from: first,
    to: last,
  };
}
