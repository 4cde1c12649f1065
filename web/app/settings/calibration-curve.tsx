import { CartesianGrid, Line, LineChart, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import type { Calibration } from '../../api/schemas/calibration.ts';
import { ChartCard } from '../ui/chart-card.tsx';
import { ChartTip, CURSOR, LINE, MARGIN, TICK } from '../ui/chart-parts.tsx';
import { shareText } from './rates.ts';

type Rate = Calibration['curve'][number];

/** How many are named wrong and how many are missed, from a threshold of 0 to one of 100. */
export function CalibrationCurve({ calibration: { curve, table, pairs, threshold } }: { calibration: Calibration }) {
  const wrong = ({ false_matches }: Rate) => (false_matches / pairs.other) * 100;
  const missed = ({ misses }: Rate) => (pairs.same > 0 ? (misses / pairs.same) * 100 : null);
  const facts = ({ false_matches, misses }: Rate) => [
    `Wrong names ${shareText(false_matches, pairs.other)}`,
    `Misses ${shareText(misses, pairs.same)}`,
  ];
  return (
    <ChartCard
      title="Wrong names and misses"
      summary={`By threshold. It is set to ${threshold} %.`}
      series={[
        { name: 'Wrong names', look: 'is-unknown' },
        { name: 'Misses', look: 'is-photos-line' },
      ]}
      table={{
        head: ['Threshold', 'Wrong names', 'Misses'],
        rows: table.map((rate) => [
          `${rate.threshold} %`,
          shareText(rate.false_matches, pairs.other),
          shareText(rate.misses, pairs.same),
        ]),
      }}
    >
      <LineChart responsive className="chart" data={curve} margin={MARGIN} title="Wrong names and misses by threshold">
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="threshold"
          type="number"
          domain={[0, 100]}
          ticks={[0, 20, 40, 60, 80, 100]}
          tickLine={false}
          stroke="var(--line-strong)"
          tick={TICK}
        />
        <YAxis width={56} tickFormatter={(share) => `${share} %`} tickLine={false} axisLine={false} tick={TICK} />
        <Tooltip
          isAnimationActive={false}
          cursor={CURSOR}
          content={({ active, payload }) => {
            const rate = payload?.[0]?.payload as Rate | undefined;
            return active && rate ? <ChartTip title={`Threshold ${rate.threshold} %`} facts={facts(rate)} /> : null;
          }}
        />
        <ReferenceLine x={threshold} stroke="var(--text)" strokeDasharray="2 3" />
        <Line {...LINE} dataKey={wrong} stroke="var(--chart-unknown)" strokeDasharray="5 4" />
        <Line {...LINE} dataKey={missed} stroke="var(--chart-photos)" />
      </LineChart>
    </ChartCard>
  );
}
