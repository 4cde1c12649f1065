import { LATENCIES as PUBLISHED } from '../response/latencies.ts';
import type { Latency } from './random.ts';

/**
 * In milliseconds: those of the bench of the response time, with their sources, and what only a burst meets. They decide
 * how many functions run at once and how far calls stray from their slots; the quotas decide how long a burst takes.
 */
export const LATENCIES = {
  ...PUBLISHED,
  /** Refused at the front end, so as fast as an HTTPS request (assumed). */
  Throttle: { p50: 20, p95: 50 },
  /** Init Duration of a Node 22 function with SDK clients: 375 ms (speedrun.nobackspacecrew.com, July 2025). */
  ColdStart: { p50: 375, p95: 700 },
} as const satisfies Record<string, Latency>;

/** Limits of AWS, by default. Rates are calls a second. */
export const LIMITS = {
  /** Lambda Developer Guide, "Lambda scaling behavior": new execution environments of a function in 10 seconds. */
  environmentsPerTenSeconds: 1000,
  /** The same guide, "Understanding concurrency": synchronous requests a second, as a multiple of the concurrency. */
  requestsPerConcurrency: 10,
  /** DynamoDB Developer Guide, "Partitions": write units a second of one partition, and so of one item. */
  writesPerItem: 1000,
  /**
   * Step Functions Developer Guide, "Quotas", for us-east-1, us-west-2 and eu-west-1, and for other regions. Too many
   * starts are delivered again by EventBridge, too many transitions are delayed by Step Functions.
   */
  stepFunctions: {
    large: { starts: { bucket: 1300, perSecond: 300 }, transitions: { bucket: 5000, perSecond: 1500 } },
    small: { starts: { bucket: 800, perSecond: 150 }, transitions: { bucket: 800, perSecond: 500 } },
  },
};

/** US dollars in us-east-1, as of November 2025, beyond the free tier. */
export const PRICES = {
  transition: 0.025 / 1000,
  /** On demand. */
  dynamoDbWrite: 0.625 / 1_000_000,
  /** arm64. */
  lambdaGbSecond: 0.000_013_333_4,
  lambdaRequest: 0.2 / 1_000_000,
};
