import { criticalPath, total } from './critical-path.ts';
import { peakOfFunctions, type Factors, type Measured, type Stopwatch, type Timed } from './measure.ts';
import { median, percentile, table } from './statistics.ts';

/** How much less time the pipeline takes than the plain Lambda, by their medians, in whole percent. */
export function lessOf(runs: readonly Measured[]): number {
  const of = (side: keyof Measured) => median(runs.map((run) => run[side].total));
  return Math.round(100 * (1 - of('pipeline') / of('plain')));
}

/** The pipeline's time in multiples of the critical path. */
export const ratioOf = (runs: readonly Measured[]): number =>
  median(runs.map(({ pipeline }) => pipeline.total / total(criticalPath(pipeline))));

export function responseTimes(cases: ReadonlyMap<number, readonly Measured[]>): string {
  const head = ['faces', 'plain p50', 'p95', 'pipeline p50', 'p95', 'less', 'critical path', 'ratio'];
  const rows = [...cases].map(([faces, runs]) => {
    const spread = (side: keyof Measured) => {
      const totals = runs.map((run) => run[side].total);
      return [median(totals), percentile(totals, 95)];
    };
    const path = median(runs.map((run) => total(criticalPath(run.pipeline))));
    return [faces, ...spread('plain'), ...spread('pipeline'), `${lessOf(runs)} %`, path, ratioOf(runs).toFixed(2)];
  });
  return table(head, rows);
}

/** Calls of one state may overlap, and so may the iterations of a Map. */
export function whereTimeGoes(runs: readonly Measured[]): string {
  const states = [...new Set(runs[0]!.pipeline.spans.map(({ state }) => state))];
  const rows = states.map((state) => {
    const spans = runs.map(({ pipeline }) => pipeline.spans.filter((span) => span.state === state));
    const from = spans.map((all, index) => Math.min(...all.map(({ start }) => start)) - runs[index]!.pipeline.started);
    const to = spans.map((all, index) => Math.max(...all.map(({ end }) => end)) - runs[index]!.pipeline.started);
    const whats = [...new Set(spans[0]!.map(({ what }) => what))].map((what) => {
      const one = spans.map((all) => all.filter((span) => span.what === what));
      return `${one[0]!.length} x ${what} ${Math.round(median(one.flat().map(({ start, end }) => end - start)))}`;
    });
    return [state, median(from), median(to), whats.join(', ')];
  });
  return table(['state', 'from', 'to', 'calls, pixel work and own time'], rows);
}

export function byService(runs: readonly Measured[]): string {
  const paths = runs.map(({ pipeline }) => criticalPath(pipeline));
  const whats = [...new Set(paths.flat().map(({ what }) => what))];
  const rows = whats.map((what) => [
    what,
    median(paths.map((path) => total(path.filter((link) => link.what === what)))),
  ]);
  return table(['what', 'ms'], rows);
}

const GROUPS: Readonly<Record<string, readonly (keyof Factors)[]>> = {
  EventBridge: ['EventBridge'],
  'Step Functions and Lambda': ['StartExecution', 'Transition', 'Invoke'],
  Rekognition: ['DetectFaces', 'SearchFacesByImage'],
  S3: ['S3Read', 'S3Write'],
  DynamoDB: ['DynamoDB'],
};

/** How far the two figures depend on each group of latencies. */
export async function sensitivity(stopwatch: Stopwatch, seeds: readonly number[]): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const [name, latencies] of Object.entries(GROUPS)) {
    const row: string[] = [];
    for (const factor of [0.5, 2]) {
      const factors = Object.fromEntries(latencies.map((latency) => [latency, factor]));
      const runs: Measured[] = [];
      for (const seed of seeds) runs.push(await stopwatch.compare(10, seed, factors));
      row.push(`${lessOf(runs)} %, ${ratioOf(runs).toFixed(2)}`);
    }
    rows.push([name, ...row]);
  }
  return table(['latencies', 'halved: less, ratio', 'doubled: less, ratio'], rows);
}

/** Calls per second that twenty photos do not reach, so that nothing but the machine itself could slow them down. */
const RAISED_QUOTA = 2000;

export async function atOnce(
  stopwatch: Stopwatch,
  alone: readonly Measured[],
  seeds: readonly number[],
): Promise<string> {
  const medianOf = (runs: readonly Timed[]) => Math.round(median(runs.map(({ total: time }) => time)));
  const raised = await (await stopwatch.withQuota(RAISED_QUOTA)).atOnce(10, seeds);
  const paced = await (await stopwatch.withQuota(50)).atOnce(10, seeds);
  return (
    `${seeds.length} photos of 10 faces at once: median ${medianOf(raised)} ms, alone ` +
    `${medianOf(alone.map(({ pipeline }) => pipeline))} ms, with at most ${peakOfFunctions(raised)} functions at once; ` +
    `with the default quota of 50 searches per second ${medianOf(paced)} ms`
  );
}
