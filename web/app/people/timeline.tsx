import type { Day } from '../api/types.ts';
import { numberText } from '../ui/format.ts';

/** As many months as fit side by side. */
const SHOWN = 24;

/** Photos a month, up to the last month with one. */
export function Timeline({ days }: { days: readonly Day[] }) {
  const months = monthsOf(days).slice(-SHOWN);
  const most = Math.max(...months.map(({ count }) => count));
  if (months.length === 0) return null;
  return (
    <section className="card stack" aria-label="Timeline">
      <h2>Photos a month</h2>
      <ol className="timeline">
        {months.map(({ month, count }) => (
          <li key={month} title={`${month}: ${numberText(count)}`}>
            <span style={{ height: `${(count / most) * 100}%` }} />
            <span className="hidden-text">
              {month}: {numberText(count)}
            </span>
          </li>
        ))}
      </ol>
      <p className="row small muted number">
        <span className="grow">{months[0]!.month}</span>
        {months.length > 1 && months.at(-1)!.month}
      </p>
    </section>
  );
}

function monthsOf(days: readonly Day[]): { month: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { day, count } of days) counts.set(day.slice(0, 7), (counts.get(day.slice(0, 7)) ?? 0) + count);
  return [...counts].map(([month, count]) => ({ month, count })).sort((a, b) => a.month.localeCompare(b.month));
}
