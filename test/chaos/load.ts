import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { aJpeg } from '../support/pictures.ts';
import type { SamplePictures } from '../support/sample-pictures.ts';
import { below, pick } from '../support/random.ts';
import { uploadObject, type UploadedObject } from '../support/test-account.ts';
import type { RunningAccount } from './killable-account.ts';

/** How a photo must end. */
export interface ExpectedEnd {
  readonly status: 'COMPLETED' | 'NO_FACES' | 'REJECTED';
  readonly faces: number;
}

export interface Acknowledged extends UploadedObject {
  readonly end: ExpectedEnd;
}

/** Uploads whatever a seed says, to whatever account there is at the moment, and remembers what was acknowledged. */
export class UploadLoad {
  readonly acknowledged: Acknowledged[] = [];
  /** How the content of each ETag must end, acknowledged or not. */
  readonly ends = new Map<string, ExpectedEnd>();
  #address: RunningAccount | undefined;
  #stopped = false;
  #made = 0;
  readonly #pictures: SamplePictures;
  readonly #random: () => number;
  readonly #pauseMs: number;

  constructor(options: { pictures: SamplePictures; random: () => number; pauseMs: number }) {
    this.#pictures = options.pictures;
    this.#random = options.random;
    this.#pauseMs = options.pauseMs;
  }

  /** undefined while there is none. */
  setAccount(address: RunningAccount | undefined): void {
    this.#address = address;
  }

  /** Several at a time, each with names of its own, so that two versions of one name come in a known order. */
  async run(uploaders: number): Promise<void> {
    await Promise.all(Array.from({ length: uploaders }, (_, uploader) => this.#upload(uploader)));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #upload(uploader: number): Promise<void> {
    while (!this.#stopped) {
      const address = this.#address;
      if (address) await this.#one(address, uploader).catch(() => sleep(10));
      await sleep(this.#pauseMs);
    }
  }

  async #one({ url, region, deployment }: RunningAccount, uploader: number): Promise<void> {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const s3 = new S3Client({ endpoint: url, region, credentials, forcePathStyle: true, maxAttempts: 1 });
    try {
      this.#made += 1;
      const { key, body, end } = await this.#next(uploader);
      this.ends.set(createHash('md5').update(body).digest('hex'), end);
      const upload = await uploadObject(s3, deployment.bucket, key, body);
      this.acknowledged.push({ ...upload, end });
    } finally {
      s3.destroy();
    }
  }

  async #next(uploader: number): Promise<{ key: string; body: Buffer; end: ExpectedEnd }> {
    const { robin, pair, solo, broken } = this.#pictures;
    const turn = below(20, this.#random);
    // One in four takes a name that was taken before: a newer version.
    const number = below(4, this.#random) === 0 ? below(this.#made, this.#random) : this.#made;
    const key = `input/${uploader}/${number}.jpg`;
    if (turn === 0)
      return { key: `enroll/Robin/${this.#made}.jpg`, body: robin, end: { status: 'COMPLETED', faces: 1 } };
    if (turn === 1) return { key, body: broken, end: { status: 'REJECTED', faces: 0 } };
    if (turn <= 3) return { key, body: solo, end: { status: 'COMPLETED', faces: 1 } };
    if (turn === 4) return { key, body: pair, end: { status: 'COMPLETED', faces: 2 } };
    // Few colours, for the face engine looks at each of them once.
    const shade = () => pick([0, 128, 255], this.#random);
    const body = await aJpeg(96, 96, { r: shade(), g: shade(), b: shade() });
    return { key, body, end: { status: 'NO_FACES', faces: 0 } };
  }
}
