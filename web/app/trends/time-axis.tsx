import type { ReactElement } from 'react';
import { CartesianGrid, Tooltip, XAxis, YAxis } from 'recharts';
import type { Slot, Unit } from '../../../client/photos/counts.ts';
import { ChartTip, CURSOR, TICK } from '../ui/chart-parts.tsx';
import { dayText, shortDayText } from '../ui/format.ts';

/** How a slot is called under the axis, and in full. */
export const slotNames = (unit: Unit) => ({
  short: (key: string) => (unit === 'hour' && !key.endsWith('T00') ? `${key.slice(-2)}:00` : shortDayText(dayIn(key))),
  full: (key: string) => {
    if (unit === 'hour') return `${dayText(dayIn(key))}, ${key.slice(-2)}:00`;
    return unit === 'week' ? `Week from ${dayText(key)}` : dayText(key);
  },
});

const dayIn = (key: string) => key.slice(0, 'YYYY-MM-DD'.length);

interface Props {
  unit: Unit;
  /** How values are written. */
  text(value: number): string;
  /** The lines of what is pointed at. */
  facts(slot: Slot): readonly string[];
  domain?: [number, number];
}

/** The grid, the axes and what is shown of the time that the pointer or the arrow keys are at. */
export function timeAxes({ unit, text, facts, domain }: Props): ReactElement {
  const { short, full } = slotNames(unit);
  return (
    <>
      <CartesianGrid vertical={false} stroke="var(--line)" />
      <XAxis
        dataKey="key"
        tickFormatter={short}
        minTickGap={28}
        tickLine={false}
        stroke="var(--line-strong)"
        tick={TICK}
      />
      <YAxis
        width={domain ? 58 : 44}
        tickFormatter={text}
        tickLine={false}
        axisLine={false}
        allowDecimals={false}
        tick={TICK}
        {...(domain && { domain })}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={CURSOR}
        content={({ active, payload }) => {
          const slot = payload?.[0]?.payload as Slot | undefined;
          if (!active || !slot) return null;
          return <ChartTip title={full(slot.key)} facts={facts(slot)} />;
        }}
      />
    </>
  );
}
