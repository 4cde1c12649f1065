import { Line, LineChart } from 'recharts';
import { rateOf, type Slot, type Unit } from '../../../client/photos/counts.ts';
import { ChartCard } from '../ui/chart-card.tsx';
import { LINE, MARGIN } from '../ui/chart-parts.tsx';
import { percentText } from '../ui/format.ts';
import { slotNames, timeAxes } from './time-axis.tsx';

const text = (rate: number | null) => (rate === null ? '–' : percentText(rate));
const named = ({ matched, faces }: Slot) => rateOf(matched, faces);
const unknown = (slot: Slot) => rateOf(slot.unknown, slot.faces);

/** Which part of the faces got a name, and which part is like nobody. */
export const RatesChart = ({ slots, unit }: { slots: Slot[]; unit: Unit }) => (
  <ChartCard
    title="Named and unknown"
    summary="Of all faces"
    series={[
      { name: 'Named', look: 'is-named' },
      { name: 'Unknown', look: 'is-unknown' },
    ]}
    table={{
      head: ['When', 'Named', 'Unknown'],
      rows: slots.map((slot) => [slotNames(unit).full(slot.key), text(named(slot)), text(unknown(slot))]),
    }}
  >
    <LineChart responsive className="chart" data={slots} margin={MARGIN} title="Named and unknown faces in per cent">
      {timeAxes({
        unit,
        text: (value) => `${value} %`,
        facts: (slot) => [`Named ${text(named(slot))}`, `Unknown ${text(unknown(slot))}`],
        domain: [0, 100],
      })}
      {/* Where there are no faces, there is no rate: the line goes on to the next. */}
      <Line {...LINE} dataKey={named} stroke="var(--chart-named)" />
      <Line {...LINE} dataKey={unknown} stroke="var(--chart-unknown)" strokeDasharray="5 4" />
    </LineChart>
  </ChartCard>
);
