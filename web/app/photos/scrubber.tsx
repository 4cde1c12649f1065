import { useEffect, useMemo, useState } from 'react';
import type { Day } from '../api/types.ts';
import { dayText, numberText } from '../ui/format.ts';
import './scrubber.css';

/** Until the hand rests, no photos are asked for; in milliseconds. */
const REST = 160;

interface Props {
  days: readonly Day[];
  /** The day that is looked at. */
  day: string | undefined;
  onJump(day: string): void;
}

/** Goes to any day at once, however many photos there are. The newest day is at the top. */
export function Scrubber({ days, day, onJump }: Props) {
  const newestFirst = useMemo(() => days.toSorted((one, other) => other.day.localeCompare(one.day)), [days]);
  const [held, setHeld] = useState<number>();
  useEffect(() => {
    if (held === undefined) return;
    const rest = setTimeout(() => {
      onJump(newestFirst[held]!.day);
      setHeld(undefined);
    }, REST);
    return () => clearTimeout(rest);
  }, [held, newestFirst, onJump]);

  const here = Math.max(
    0,
    newestFirst.findIndex((each) => each.day === day),
  );
  const place = held ?? here;
  const at = newestFirst[place]!;
  const last = newestFirst.length - 1;
  return (
    <div className="scrubber">
      <ol aria-hidden>
        {yearsOf(newestFirst).map(({ year, index }) => (
          <li key={year} style={{ top: `${(index / last) * 100}%` }}>
            {year}
          </li>
        ))}
      </ol>
      <input
        type="range"
        aria-label="Day"
        aria-valuetext={`${dayText(at.day)}, photos: ${numberText(at.count)}`}
        min={0}
        max={last}
        value={place}
        onChange={({ target }) => setHeld(Number(target.value))}
      />
      {held !== undefined && (
        <output style={{ top: `${(place / last) * 100}%` }}>
          {dayText(at.day)} · {numberText(at.count)}
        </output>
      )}
    </div>
  );
}

/** The first day of each year, so far apart that the labels do not cover each other. */
function yearsOf(days: readonly Day[]): { year: string; index: number }[] {
  const years: { year: string; index: number }[] = [];
  for (const [index, { day }] of days.entries()) {
    const year = day.slice(0, 4);
    const before = years.at(-1);
    if (before?.year === year) continue;
    if (!before || (index - before.index) / days.length > 0.04) years.push({ year, index });
  }
  return years;
}
