import { serviceError } from '../../local/lambda/errors.ts';
import { LATENCIES, LIMITS } from './latencies.ts';
import type { Random } from './random.ts';
import { TokenBucket } from './token-bucket.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface FunctionUse {
  invocations: number;
  /** Refused by Lambda. */
  refused: number;
  coldStarts: number;
  /** Of the duration of all invocations. */
  coldSeconds: number;
  /** Memory times duration. */
  gbSeconds: number;
  /** Duration of all invocations, in seconds. */
  busySeconds: number;
  peak: number;
}

/** An execution environment: what a function keeps from one invocation to the next. */
export interface Environment {
  /** When its latest invocation ended. */
  used: number;
  readonly kept: Map<string, unknown>;
}

/** An idle execution environment is kept for some minutes (not documented; assumed). */
const KEPT_MS = 300_000;

/** Lambda's own behaviour: concurrency of the account, cold starts, and how fast functions scale. */
export class Functions {
  readonly use: FunctionUse = {
    invocations: 0,
    refused: 0,
    coldStarts: 0,
    coldSeconds: 0,
    gbSeconds: 0,
    busySeconds: 0,
    peak: 0,
  };
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #concurrency: number;
  readonly #requests: TokenBucket;
  readonly #scaling = new Map<string, TokenBucket>();
  readonly #idle = new Map<string, Environment[]>();
  #running = 0;

  constructor(time: VirtualTime, random: Random, concurrency: number) {
    this.#time = time;
    this.#random = random;
    this.#concurrency = concurrency;
    const requests = concurrency * LIMITS.requestsPerConcurrency;
    this.#requests = new TokenBucket(requests, requests);
  }

  async invoke<Output>(
    name: string,
    memoryMb: number,
    run: (environment: Environment) => Promise<Output>,
  ): Promise<Output> {
    const now = this.#time.now();
    const admitted = this.#requests.take(now) && this.#running < this.#concurrency;
    const warm = admitted ? this.#takeIdle(name, now) : undefined;
    if (!admitted || !(warm || this.#mayScale(name, now))) {
      this.use.refused += 1;
      throw serviceError('TooManyRequestsException', 'Rate Exceeded.');
    }
    this.#running += 1;
    this.use.peak = Math.max(this.use.peak, this.#running);
    this.use.invocations += 1;
    const environment = warm ?? { used: now, kept: new Map() };
    try {
      if (!warm) await this.#startCold();
      return await run(environment);
    } finally {
      this.#running -= 1;
      environment.used = this.#time.now();
      const seconds = (environment.used - now) / 1000;
      this.use.busySeconds += seconds;
      this.use.gbSeconds += (seconds * memoryMb) / 1024;
      this.#idleOf(name).push(environment);
    }
  }

  #startCold(): Promise<void> {
    const milliseconds = this.#random.draw(LATENCIES.ColdStart);
    this.use.coldStarts += 1;
    this.use.coldSeconds += milliseconds / 1000;
    return this.#time.sleep(milliseconds);
  }

  /** The environment that was used last. */
  #takeIdle(name: string, now: number): Environment | undefined {
    const environment = this.#idleOf(name).pop();
    return environment && now - environment.used < KEPT_MS ? environment : undefined;
  }

  #idleOf(name: string): Environment[] {
    const idle = this.#idle.get(name) ?? [];
    this.#idle.set(name, idle);
    return idle;
  }

  #mayScale(name: string, now: number): boolean {
    const { environmentsPerTenSeconds: size } = LIMITS;
    const bucket = this.#scaling.get(name) ?? new TokenBucket(size, size / 10);
    this.#scaling.set(name, bucket);
    return bucket.take(now);
  }
}
