import { S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientConfig } from '../../local/clients.ts';
import { aJpeg } from '../support/pictures.ts';
import { below, pick } from '../support/random.ts';
import type { SamplePictures } from '../support/sample-pictures.ts';
import { uploadObject, type UploadedObject } from '../support/test-account.ts';
import type { RunningAccount } from './killable-account.ts';

/** The status that a photo must end with, and its number of faces. */
export interface ExpectedEnd {
  readonly status: 'COMPLETED' | 'NO_FACES' | 'REJECTED';
  readonly faces: number;
}

export interface Acknowledged extends UploadedObject {
  readonly end: ExpectedEnd;
}

/** Uploads pictures that follow from a seed to the current account, and keeps which uploads were acknowledged. */
export class UploadLoad {
  readonly acknowledged: Acknowledged[] = [];
  /** By ETag, acknowledged or not. */
  readonly expectedEnds = new Map<string, ExpectedEnd>();
  #account: RunningAccount | undefined;
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

  /** Undefined while no account runs. */
  setAccount(account: RunningAccount | undefined): void {
    this.#account = account;
  }

  /** Runs several uploaders concurrently. Each has keys of its own, so that versions of a key have a known order. */
  async run(uploaders: number): Promise<void> {
    await Promise.all(Array.from({ length: uploaders }, (_, uploader) => this.#upload(uploader)));
  }

  stop(): void {
    this.#stopped = true;
  }

  async #upload(uploader: number): Promise<void> {
    while (!this.#stopped) {
      const account = this.#account;
      if (account) await this.#uploadOne(account, uploader).catch(() => sleep(10));
      await sleep(this.#pauseMs);
    }
  }

  async #uploadOne({ deployment, ...account }: RunningAccount, uploader: number): Promise<void> {
    const s3 = new S3Client({ ...clientConfig(account), forcePathStyle: true, maxAttempts: 1 });
    try {
      this.#made += 1;
      const { key, body, end } = await this.#nextUpload(uploader);
      this.expectedEnds.set(createHash('md5').update(body).digest('hex'), end);
      const upload = await uploadObject(s3, deployment.bucket, key, body);
      this.acknowledged.push({ ...upload, end });
    } finally {
      s3.destroy();
    }
  }

  async #nextUpload(uploader: number): Promise<{ key: string; body: Buffer; end: ExpectedEnd }> {
    const { robin, pair, solo, broken } = this.#pictures;
    const choice = below(20, this.#random);
    // One in four gets a key that was used before: a newer version.
    const number = below(4, this.#random) === 0 ? below(this.#made, this.#random) : this.#made;
    const key = `input/${uploader}/${number}.jpg`;
    if (choice === 0)
      return { key: `enroll/Robin/${this.#made}.jpg`, body: robin, end: { status: 'COMPLETED', faces: 1 } };
    if (choice === 1) return { key, body: broken, end: { status: 'REJECTED', faces: 0 } };
    if (choice <= 3) return { key, body: solo, end: { status: 'COMPLETED', faces: 1 } };
    if (choice === 4) return { key, body: pair, end: { status: 'COMPLETED', faces: 2 } };
    // Few colours, because the face engine analyses each new picture.
    const shade = () => pick([0, 128, 255], this.#random);
    const body = await aJpeg(96, 96, { r: shade(), g: shade(), b: shade() });
    return { key, body, end: { status: 'NO_FACES', faces: 0 } };
  }
}
