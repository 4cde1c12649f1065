import { DetectFacesCommand, SearchFacesByImageCommand } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { applyUpdate, type Item } from './expressions.ts';
import { LATENCIES, LIMITS } from './latencies.ts';
import type { Random } from './random.ts';
import { TokenBucket } from './token-bucket.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A client of the SDK as far as tasks use it. */
interface Client {
  send(command: object): Promise<unknown>;
}

const fault = (name: string) => Object.assign(new Error(name), { name });

/** The bucket's `work/`, in memory. */
export class SimulatedS3 implements Client {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #objects = new Map<string, string>();

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  async send(command: object): Promise<unknown> {
    if (command instanceof PutObjectCommand) {
      await this.#time.sleep(this.#random.draw(LATENCIES.S3Write));
      this.#objects.set(command.input.Key ?? '', String(command.input.Body));
      return {};
    }
    if (command instanceof GetObjectCommand) {
      await this.#time.sleep(this.#random.draw(LATENCIES.S3Read));
      const text = this.#objects.get(command.input.Key ?? '');
      if (text === undefined) throw fault('NoSuchKey');
      return { Body: { transformToByteArray: async () => Buffer.from(text) } };
    }
    if (command instanceof HeadObjectCommand) {
      await this.#time.sleep(this.#random.draw(LATENCIES.S3Read));
      if (!this.#objects.has(command.input.Key ?? '')) throw fault('NotFound');
      return { ETag: '"etag"' };
    }
    throw new Error(`The simulated S3 has no ${command.constructor.name}.`);
  }
}

export interface QuotaUse {
  succeeded: number;
  throttled: number;
  /** When the first call was answered and the last one was let in, of those that succeeded. Epoch milliseconds. */
  firstAnswer: number;
  last: number;
}

export interface Rates {
  readonly DetectFaces: number;
  readonly SearchFacesByImage: number;
}

/** Rekognition with quotas: a token bucket each, with a burst of one second. Every face is a stranger. */
export class SimulatedRekognition implements Client {
  readonly use: Readonly<Record<keyof Rates, QuotaUse>> = { DetectFaces: unused(), SearchFacesByImage: unused() };
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #buckets: Readonly<Record<keyof Rates, TokenBucket>>;
  readonly #detection: object;

  constructor(time: VirtualTime, random: Random, rates: Rates, faces: number) {
    this.#time = time;
    this.#random = random;
    const bucket = (rate: number) => new TokenBucket(Math.max(1, rate), rate);
    this.#buckets = {
      DetectFaces: bucket(rates.DetectFaces),
      SearchFacesByImage: bucket(rates.SearchFacesByImage),
    };
    this.#detection = { FaceDetails: Array.from({ length: faces }, (_, index) => aFace(index)) };
  }

  async send(command: object): Promise<unknown> {
    if (command instanceof DetectFacesCommand) return this.#serve('DetectFaces', this.#detection);
    if (command instanceof SearchFacesByImageCommand) return this.#serve('SearchFacesByImage', STRANGER);
    throw new Error(`The simulated Rekognition has no ${command.constructor.name}.`);
  }

  async #serve(operation: keyof Rates, answer: object): Promise<object> {
    const use = this.use[operation];
    const now = this.#time.now();
    if (!this.#buckets[operation].take(now)) {
      use.throttled += 1;
      await this.#time.sleep(this.#random.draw(LATENCIES.Throttle));
      throw fault('ProvisionedThroughputExceededException');
    }
    use.succeeded += 1;
    use.last = now;
    await this.#time.sleep(this.#random.draw(LATENCIES[operation]));
    use.firstAnswer = Math.min(use.firstAnswer, this.#time.now());
    return answer;
  }
}

const unused = (): QuotaUse => ({ succeeded: 0, throttled: 0, firstAnswer: Infinity, last: -Infinity });

const aFace = (index: number) => ({
  BoundingBox: { Left: (index % 10) / 10, Top: Math.floor(index / 10) / 10, Width: 0.08, Height: 0.08 },
  Confidence: 99.9,
  Emotions: [{ Type: 'CALM', Confidence: 99 }],
});

const STRANGER = {
  FaceModelVersion: '7.0',
  FaceMatches: [
    {
      Similarity: 12,
      Face: { FaceId: 'f5817d37-94f6-4335-bfee-6cf79a3d806e', ExternalImageId: `p_${'0'.repeat(24)}` },
    },
  ],
};

/** The meters in DynamoDB: one item each, with the throughput that one item has. The SDK tries three times. */
export class SimulatedDynamoDb implements Client {
  writes = 0;
  throttled = 0;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #items = new Map<string, Item>();
  readonly #throughput = new Map<string, TokenBucket>();

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  async send(command: object): Promise<unknown> {
    await this.#time.sleep(this.#random.draw(LATENCIES.DynamoDB) / 2);
    const answer =
      command instanceof UpdateCommand ? await this.#update(command) : { Item: this.#items.get(keyOf(command)) };
    await this.#time.sleep(this.#random.draw(LATENCIES.DynamoDB) / 2);
    return answer;
  }

  async #update(command: UpdateCommand): Promise<unknown> {
    const key = keyOf(command);
    await this.#takeThroughput(key);
    this.writes += 1;
    const before = this.#items.get(key);
    const item = applyUpdate(before, command.input);
    if (!item) {
      const { ReturnValuesOnConditionCheckFailure } = command.input;
      const error = fault('ConditionalCheckFailedException');
      throw ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? Object.assign(error, { Item: before }) : error;
    }
    this.#items.set(key, item);
    return { Attributes: command.input.ReturnValues?.endsWith('OLD') ? before : item };
  }

  async #takeThroughput(key: string): Promise<void> {
    const { writesPerItem: rate } = LIMITS;
    const bucket = this.#throughput.get(key) ?? new TokenBucket(rate, rate);
    this.#throughput.set(key, bucket);
    for (let attempt = 1; !bucket.take(this.#time.now()); attempt += 1) {
      this.throttled += 1;
      if (attempt === 3) throw fault('ProvisionedThroughputExceededException');
      // The SDK's back-off: up to 100 ms, doubled each time, with full jitter.
      await this.#time.sleep(this.#random.next() * 100 * 2 ** (attempt - 1));
    }
  }
}

function keyOf(command: object): string {
  if (command instanceof UpdateCommand || command instanceof GetCommand) return JSON.stringify(command.input.Key);
  throw new Error(`The simulated DynamoDB has no ${command.constructor.name}.`);
}
