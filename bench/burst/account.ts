import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Functions } from './functions.ts';
import { LATENCIES, LIMITS } from './latencies.ts';
import { Random } from './random.ts';
import { SimulatedDynamoDb, SimulatedRekognition, SimulatedS3 } from './services.ts';
import { TokenBucket } from './token-bucket.ts';
import { VirtualTime } from './virtual-time.ts';

/** What lands, and where. */
export interface Burst {
  readonly photos: number;
  /** In each photo. */
  readonly faces: number;
  /** The quota of SearchFacesByImage, in calls a second. */
  readonly searches: number;
  /** The quota of DetectFaces, in calls a second. */
  readonly detections: number;
  /** Concurrent executions of Lambda in the account. */
  readonly concurrency: number;
}

/** An AWS account in virtual time, with its limits and latencies. */
export class SimulatedAccount {
  readonly time = new VirtualTime();
  readonly functions: Functions;
  readonly rekognition: SimulatedRekognition;
  readonly dynamoDb: SimulatedDynamoDb;
  readonly s3: SimulatedS3;
  readonly random: Random;
  transitions = 0;
  readonly #starts: TokenBucket;
  readonly #transitions: TokenBucket;

  constructor(burst: Burst, seed: number) {
    this.random = new Random(seed);
    const rates = { DetectFaces: burst.detections, SearchFacesByImage: burst.searches };
    this.functions = new Functions(this.time, this.random, burst.concurrency);
    this.rekognition = new SimulatedRekognition(this.time, this.random, rates, burst.faces);
    this.dynamoDb = new SimulatedDynamoDb(this.time, this.random);
    this.s3 = new SimulatedS3(this.time, this.random);
    const { starts, transitions } = LIMITS.stepFunctions[burst.searches >= 50 ? 'large' : 'small'];
    this.#starts = new TokenBucket(starts.bucket, starts.perSecond);
    this.#transitions = new TokenBucket(transitions.bucket, transitions.perSecond);
  }

  /** From the upload to the first state: S3's event, and StartExecution as often as its quota allows. */
  start(): Promise<void> {
    const { EventBridge, StartExecution } = LATENCIES;
    const delay = this.#starts.queue(this.time.now());
    return this.time.sleep(delay + this.random.draw(EventBridge) + this.random.draw(StartExecution));
  }

  readonly transition = (): Promise<void> => {
    this.transitions += 1;
    const delay = this.#transitions.queue(this.time.now());
    return this.time.sleep(delay + this.random.draw(LATENCIES.Transition));
  };

  /** What takes the time of one or more latencies, one after the other, and of computing. */
  pass(latencies: readonly (keyof typeof LATENCIES)[], computing = 0): Promise<void> {
    return this.time.sleep(latencies.reduce((sum, name) => sum + this.random.draw(LATENCIES[name]), computing));
  }

  /** The clients that tasks get. They serve the calls that paid tasks and the meter make, and throw on others. */
  get clients() {
    return {
      s3: this.s3 as unknown as S3Client,
      rekognition: this.rekognition as unknown as RekognitionClient,
      dynamoDb: this.dynamoDb as unknown as DynamoDBDocumentClient,
    };
  }
}
