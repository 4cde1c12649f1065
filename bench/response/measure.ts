import type { VirtualClock } from './clock.ts';
import { invocation, occasionOf, type Run } from './invocation.ts';
import { drawing, type LatencyName } from './latencies.ts';
import { eventOf, runPipeline } from './pipeline.ts';
import { handler } from './plain-lambda.ts';
import type { Services } from './services.ts';

export interface Timed extends Run {
  readonly started: number;
  /** From the event to the final status, in milliseconds. */
  readonly total: number;
}

export interface Measured {
  readonly plain: Timed;
  readonly pipeline: Timed;
}

export type Factors = Partial<Record<LatencyName, number>>;

/** What follows the final status, the announcement, does not count. */
const AFTER = new Set(['Superseded?', 'Announce', 'Done']);

/** Processes photos in virtual time, and checks each time that the photo is done with all its faces. */
export class Stopwatch {
  readonly #services: Services;
  readonly #clock: VirtualClock;
  static #photos = 0;

  constructor(services: Services, clock: VirtualClock) {
    this.#services = services;
    this.#clock = clock;
  }

  /** With other quotas of the paid calls, after a pause in which the meters run idle. */
  async withQuota(perSecond: number): Promise<Stopwatch> {
    await this.#clock.run(this.#clock.sleep(60_000));
    return new Stopwatch({ ...this.#services, ...this.#services.paced(perSecond) }, this.#clock);
  }

  /** The same photo by the plain Lambda and by the pipeline, one after the other, with the same seed. */
  async compare(faces: number, seed: number, factors: Factors = {}): Promise<Measured> {
    const [plain] = await this.#time([seed], faces, factors, (run, upload) =>
      invocation.run({ run, state: 'plain', processorFree: 0 }, () =>
        handler(eventOf(upload, this.#services), this.#services),
      ),
    );
    const [pipeline] = await this.atOnce(faces, [seed], factors);
    return { plain: plain!, pipeline: pipeline! };
  }

  /** The pipeline with one photo a seed, all at once. */
  atOnce(faces: number, seeds: readonly number[], factors: Factors = {}): Promise<Timed[]> {
    return this.#time(seeds, faces, factors, (run, upload) => runPipeline(run, upload, this.#services, this.#clock));
  }

  async #time(
    seeds: readonly number[],
    faces: number,
    factors: Factors,
    work: (run: Run, upload: Awaited<ReturnType<Services['upload']>>) => Promise<void>,
  ): Promise<Timed[]> {
    const uploads = await Promise.all(
      seeds.map(() => this.#services.upload(`photo-${(Stopwatch.#photos += 1)}`, faces)),
    );
    const started = this.#clock.now();
    const runs = uploads.map((upload, index) => {
      const run: Run = { name: upload.key, draw: drawing(seeds[index]!, factors), spans: [], drawn: new Map() };
      return { run, over: this.#deliver(run).then(() => work(run, upload)) };
    });
    await this.#clock.run(Promise.all(runs.map(({ over }) => over)));
    for (const { key } of uploads) await this.#services.check(key, faces);
    return runs.map(({ run }) => {
      const spans = run.spans.filter(({ state }) => !AFTER.has(state));
      return { ...run, spans, started, total: Math.max(...spans.map(({ end }) => end)) - started };
    });
  }

  async #deliver(run: Run): Promise<void> {
    const start = this.#clock.now();
    const milliseconds = run.draw('EventBridge', occasionOf(run, 'event'));
    run.spans.push({ state: 'event', what: 'EventBridge', start, end: start + milliseconds });
    await this.#clock.sleep(milliseconds);
  }
}

/** The most invocations of functions that overlap: each lasts from its invocation to the last thing that it does. */
export function peakOfFunctions(runs: readonly Timed[]): number {
  const edges = runs.flatMap(({ spans }) =>
    spans
      .filter(({ what }) => what === 'Invoke')
      .flatMap(({ state, face, start }) => {
        const own = spans.filter((span) => span.state === state && span.face === face);
        return [
          { at: start, by: 1 },
          { at: Math.max(...own.map(({ end }) => end)), by: -1 },
        ];
      }),
  );
  let [now, peak] = [0, 0];
  for (const { by } of edges.toSorted((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    peak = Math.max(peak, now);
  }
  return peak;
}
