import { createHash } from 'node:crypto';

/** A latency in milliseconds, log-normal: half of the calls take at most `p50`, 95 % at most `p95`. */
interface Latency {
  readonly p50: number;
  readonly p95: number;
}

/**
 * The same for both sides, from published measurements. What is not published on its own is marked as assumed; the
 * sensitivity table halves and doubles every group.
 */
export const LATENCIES = {
  /**
   * From PutEvents to the code of a function: p50 148 ms, p90 241 ms (bitesizedserverless.com, "Serverless Messaging:
   * Latency Compared", update of February 2023, eu-west-1). S3's own time until it sends the event is left out.
   */
  EventBridge: { p50: 148, p95: 275 },
  /**
   * The same article: from StartExecution of a Standard machine to the code of its first function p50 99 ms, p90 133
   * ms; with an Express machine 22 ms less, which is what keeping a state costs. The rest is split evenly (assumed).
   */
  StartExecution: { p50: 38, p95: 60 },
  Transition: { p50: 22, p95: 40 },
  Invoke: { p50: 39, p95: 60 },
  /**
   * "240 ms to 450 ms in production tests" (fnatechnology.com, "Custom ML vs Cloud APIs for Face Recognition"), taken as
   * p5 and p95. Assumed to be the same for both operations.
   */
  DetectFaces: { p50: 329, p95: 450 },
  SearchFacesByImage: { p50: 329, p95: 450 },
  /**
   * "typically around up to 30 ms", "80 ms is rather common" (quickwit.io, "S3 Express speculations", 2023). A write is
   * assumed to take twice as long: AWS's own guide says 100 to 200 ms for small objects of any kind.
   */
  S3Read: { p50: 30, p95: 80 },
  S3Write: { p50: 60, p95: 160 },
  /** "Single-digit millisecond" (AWS Database Blog, "Understanding Amazon DynamoDB latency"); the tail is assumed. */
  DynamoDB: { p50: 6, p95: 15 },
} as const satisfies Record<string, Latency>;
export type LatencyName = keyof typeof LATENCIES;

/** Milliseconds a byte, for what is read from S3: 80 MB/s (quickwit.io, as above). */
export const S3_MS_PER_BYTE = 1 / 80_000;

/** The photo: 12 megapixels. Its bytes and the processor's time are those of such a photo, whatever is decoded here. */
export const PHOTO_BYTES = 3_500_000;

/**
 * Processor time of the pixel work with 1 vCPU, in milliseconds: medians on an AMD EPYC, sharp 0.35, one thread. A
 * function with 2,048 MB has 1.16 vCPU.
 */
export const PIXEL_WORK = { check: 35, decode: 90, crop: 6 } as const;
export type PixelWork = keyof typeof PIXEL_WORK;

export type Draw = (name: LatencyName, occasion: string) => number;

/** Draws a latency by seed and occasion, so that the order of the calls does not change what each of them takes. */
export function drawing(seed: number, factors: Partial<Record<LatencyName, number>> = {}): Draw {
  return (name, occasion) => {
    const { p50, p95 } = LATENCIES[name];
    const digest = createHash('sha256').update(`${seed} ${name} ${occasion}`).digest();
    const [u, v] = [digest.readUInt32LE(0), digest.readUInt32LE(4)].map((word) => (word + 0.5) / 2 ** 32);
    const normal = Math.sqrt(-2 * Math.log(u!)) * Math.cos(2 * Math.PI * v!);
    // 1.645 standard deviations above the mean are the 95th percentile.
    return (factors[name] ?? 1) * p50 * Math.exp((normal * Math.log(p95 / p50)) / 1.645);
  };
}
