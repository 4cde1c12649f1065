import { useMemo } from 'react';
import { Bar, BarChart, Brush } from 'recharts';
import type { Slot } from '../../../client/photos/counts.ts';
import type { DayRange } from '../../../schemas/days.ts';
import { dayText } from '../ui/format.ts';

interface Props {
  /** The days of the whole period. */
  days: readonly Slot[];
  range: DayRange;
  onChange(range: DayRange): void;
}

/** All days of the period, of which a part is chosen with its two ends: by the pointer, or by the arrow keys. */
export function RangeBrush({ days, range, onChange }: Props) {
  const data = useMemo(() => [...days], [days]);
  const placeOf = (day: string) => days.findIndex(({ key }) => key === day);
  return (
    <BarChart
      responsive
      className="range-brush"
      data={data}
      margin={{ top: 0, right: 0, bottom: 0, left: 0 }}
      accessibilityLayer={false}
    >
      <Brush
        dataKey="key"
        height={56}
        travellerWidth={10}
        fill="var(--sunken)"
        stroke="var(--accent)"
        ariaLabel={`Days that are looked at: ${dayText(range.from)} to ${dayText(range.to)}`}
        startIndex={placeOf(range.from)}
        endIndex={placeOf(range.to)}
        onChange={({ startIndex, endIndex }) =>
          onChange({ from: days[startIndex]?.key ?? range.from, to: days[endIndex]?.key ?? range.to })
        }
        tickFormatter={() => ''}
      >
        <BarChart>
          <Bar dataKey="photos" fill="var(--line-strong)" isAnimationActive={false} />
        </BarChart>
      </Brush>
    </BarChart>
  );
}
