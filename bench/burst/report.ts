import { table } from '../response/statistics.ts';
import { costOfWaiting, ideal, LAMBDA_BOTTLENECK, lambdaNeed, quotaUsed, throttledShare } from './measures.ts';
import type { Figures } from './simulate.ts';

const HEAD = [
  'photos',
  'faces',
  'searches/s',
  'Lambda',
  'failed',
  'quota used',
  'throttled',
  'p50, ideal',
  'p95, ideal',
  'events',
  'refused',
  'waiting, $',
];

/** A Markdown table. `alone` gives the figures of photos that meet no quota, by their faces. */
export function report(all: readonly Figures[], alone: ReadonlyMap<number, Figures>): string {
  return table(
    HEAD,
    all.map((figures) => rowOf(figures, alone.get(figures.burst.faces)!)),
  );
}

function rowOf(figures: Figures, alone: Figures): string[] {
  const { burst, failed, p50, p95, events, functions } = figures;
  const need = lambdaNeed(figures, alone);
  const times = (value: number, percent: number) => `${duration(value)}, ${duration(ideal(figures, alone, percent))}`;
  return [
    burst.photos.toLocaleString('en-US'),
    String(burst.faces),
    String(burst.searches),
    `${burst.concurrency}${need > LAMBDA_BOTTLENECK ? ` (needs ${Math.ceil(need * burst.concurrency)})` : ''}`,
    percent(failed / burst.photos, 0),
    percent(quotaUsed(figures), 1),
    percent(throttledShare(figures), 2),
    times(p50, 50),
    times(p95, 95),
    String(events),
    percent(functions.refused / (functions.refused + functions.invocations), 0),
    costOfWaiting(figures, alone).toFixed(2),
  ];
}

const percent = (share: number, digits: number) => `${(100 * share).toFixed(digits)} %`;

function duration(seconds: number): string {
  if (Number.isNaN(seconds)) return '-';
  return seconds < 600 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}

export interface Verdict {
  readonly line: string;
  readonly good: boolean;
}

/** No execution fails, 90 % of the quota is used where Lambda is not the bottleneck, under 1 % of calls is throttled. */
export function verdict(all: readonly Figures[], alone: ReadonlyMap<number, Figures>): Verdict {
  const byQuota = all.filter((one) => lambdaNeed(one, alone.get(one.burst.faces)!) <= LAMBDA_BOTTLENECK);
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  const photos = all.reduce((sum, { burst }) => sum + burst.photos, 0);
  const used = Math.min(...byQuota.map(quotaUsed));
  const throttled = Math.max(...all.map(throttledShare));
  return {
    line: `worst case: ${failed} failed of ${photos}, quota used ${(100 * used).toFixed(1)} %, throttled ${(100 * throttled).toFixed(2)} %`,
    good: failed === 0 && used >= 0.9 && throttled < 0.01,
  };
}
