/** A latency in milliseconds, log-normal: half of the calls take at most `p50`, 95 % at most `p95`. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
}

/** A seeded generator, so that a run can be repeated exactly: mulberry32, 32 bits of state. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 up to but not including 1. */
  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };

  draw({ p50, p95 }: Latency): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    // 1.645 standard deviations above the mean are the 95th percentile.
    return p50 * Math.exp((normal * Math.log(p95 / p50)) / 1.645);
  }
}
