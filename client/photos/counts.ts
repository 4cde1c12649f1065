import { daysAfter, daysIn, type DayRange } from '../../schemas/days.ts';
import type { FaceStatus } from '../../schemas/faces.ts';

type Counts = Readonly<Record<string, number>>;

/** What was found in the photos of one hour of one day. */
export interface HourCounts {
  /** From 0 to 23, in UTC. */
  readonly hour: number;
  readonly photos: number;
  readonly faces: Readonly<Partial<Record<FaceStatus, number>>>;
  /** By the strongest emotion. */
  readonly emotions: Counts;
  /** Faces by the id of the person. */
  readonly people: Counts;
}

export interface DayStatistics {
  readonly day: string;
  readonly hours: readonly HourCounts[];
}

/** What was found in the photos of some time. */
export interface Slot {
  /** Its day, the Monday of its week, or its day and hour: `2026-11-23T18`. */
  key: string;
  photos: number;
  /** Without what is not a face. */
  faces: number;
  matched: number;
  unknown: number;
  emotions: Counts;
  people: Counts;
}

export const UNITS = ['hour', 'day', 'week'] as const;
export type Unit = (typeof UNITS)[number];

export const HOURS: readonly number[] = Array.from({ length: 24 }, (_, hour) => hour);

/** 0 is Monday. */
export const weekdayOf = (day: string) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

const keyOf = (day: string, hour: number, unit: Unit): string => {
  if (unit === 'hour') return `${day}T${String(hour).padStart(2, '0')}`;
  return unit === 'day' ? day : daysAfter(day, -weekdayOf(day));
};

const empty = (key: string): Slot => ({ key, photos: 0, faces: 0, matched: 0, unknown: 0, emotions: {}, people: {} });

/** One after another, also those without photos. */
export function slotsOf(days: readonly DayStatistics[], range: DayRange, unit: Unit): Slot[] {
  const hours = unit === 'hour' ? HOURS : [0];
  const keys = daysIn(range).flatMap((day) => hours.map((hour) => keyOf(day, hour, unit)));
  const slots = new Map(keys.map((key) => [key, empty(key)]));
  for (const { day, hours: found } of days) {
    if (day < range.from || day > range.to) continue;
    for (const hour of found) {
      const key = keyOf(day, hour.hour, unit);
      slots.set(key, sumOf(slots.get(key) ?? empty(key), slotOf(hour)));
    }
  }
  return [...slots.values()];
}

function slotOf({ photos, faces, emotions, people }: HourCounts): Slot {
  const { MATCHED: matched = 0, UNKNOWN: unknown = 0, UNSEARCHABLE = 0, STRANGER = 0 } = faces;
  return { key: '', photos, faces: matched + unknown + UNSEARCHABLE + STRANGER, matched, unknown, emotions, people };
}

const sumOf = (one: Slot, other: Slot): Slot => ({
  key: one.key,
  photos: one.photos + other.photos,
  faces: one.faces + other.faces,
  matched: one.matched + other.matched,
  unknown: one.unknown + other.unknown,
  emotions: countsOf(one.emotions, other.emotions),
  people: countsOf(one.people, other.people),
});

function countsOf(one: Counts, other: Counts): Counts {
  const sum: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

export const totalOf = (slots: readonly Slot[]): Slot => slots.reduce(sumOf, empty(''));

/** In per cent of all faces. null where there are none. */
export const rateOf = (part: number, faces: number): number | null => (faces > 0 ? (part / faces) * 100 : null);

/** The most frequent first. */
export const ranked = (counts: Counts): { name: string; count: number }[] =>
  Object.entries(counts)
    .map(([name, count]) => ({ name, count }))
    .toSorted((one, other) => other.count - one.count || one.name.localeCompare(other.name));
