import type { Latency } from './random.ts';

/**
 * In milliseconds, from published measurements; what is not published is marked as assumed. They decide how many
 * functions run at once and how far calls stray from their slots. The quotas decide how long a burst takes.
 */
export const LATENCIES = {
  /**
   * From an event to its target: p50 148 ms, p90 241 ms (bitesizedserverless.com, "Serverless Messaging: Latency
   * Compared", February 2023).
   */
  event: { p50: 148, p95: 275 },
  /**
   * The same article: a Standard machine takes 99 ms (p90 133 ms) from StartExecution to the code of its first function,
   * split here (assumed) into the start, entering a state, and invoking a function.
   */
  start: { p50: 38, p95: 60 },
  transition: { p50: 22, p95: 40 },
  invoke: { p50: 39, p95: 60 },
  /** "240 ms to 450 ms in production tests" (fnatechnology.com, "Custom ML vs Cloud APIs for Face Recognition"). */
  rekognition: { p50: 329, p95: 450 },
  /** Refused at the front end, so as fast as an HTTPS request (assumed). */
  throttle: { p50: 20, p95: 50 },
  /** "typically around up to 30 ms", "80 ms is rather common" (quickwit.io, "S3 Express speculations", 2023). */
  s3Read: { p50: 30, p95: 80 },
  /** Twice as long (assumed): S3's guide says 100 to 200 ms for small objects of any kind. */
  s3Write: { p50: 60, p95: 160 },
  /** "Single-digit millisecond" (AWS Database Blog, "Understanding Amazon DynamoDB latency"); the tail is assumed. */
  dynamoDb: { p50: 6, p95: 15 },
  /** Init Duration of a Node 22 function with SDK clients: 375 ms (speedrun.nobackspacecrew.com, July 2025). */
  coldStart: { p50: 375, p95: 700 },
} as const satisfies Record<string, Latency>;

/** Reading a photo of 3.5 MB at 80 MB/s, and checking it, decoding it and cutting out a face with 1.16 vCPU. */
export const PIXEL_WORK = { read: 44, check: 30, decode: 78, crop: 5 };

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
