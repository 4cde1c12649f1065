import { Bar, ComposedChart, Line } from 'recharts';
import type { Slot, Unit } from '../../../client/photos/counts.ts';
import { ChartCard } from '../ui/chart-card.tsx';
import { LINE, MARGIN } from '../ui/chart-parts.tsx';
import { counted, numberText } from '../ui/format.ts';
import { slotNames, timeAxes } from './time-axis.tsx';

const UNITS: Record<Unit, string> = { hour: 'By hour', day: 'By day', week: 'By week' };

/** Photos and faces over time. */
export const CountsChart = ({ slots, unit }: { slots: Slot[]; unit: Unit }) => (
  <ChartCard
    title="Photos and faces"
    summary={UNITS[unit]}
    series={[
      { name: 'Photos', look: 'is-photos' },
      { name: 'Faces', look: 'is-faces' },
    ]}
    table={{
      head: ['When', 'Photos', 'Faces'],
      rows: slots.map(({ key, photos, faces }) => [slotNames(unit).full(key), numberText(photos), numberText(faces)]),
    }}
    className="is-wide"
  >
    <ComposedChart responsive className="chart" data={slots} margin={MARGIN} title="Photos and faces over time">
      {timeAxes({
        unit,
        text: numberText,
        facts: ({ photos, faces }) => [counted(photos, 'photo'), counted(faces, 'face')],
      })}
      <Bar
        dataKey="photos"
        fill="var(--chart-photos)"
        isAnimationActive={false}
        maxBarSize={28}
        radius={[2, 2, 0, 0]}
      />
      <Line {...LINE} dataKey="faces" stroke="var(--chart-faces)" />
    </ComposedChart>
  </ChartCard>
);
