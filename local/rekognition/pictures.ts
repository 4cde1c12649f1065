import { ServiceError } from '../aws-json.ts';
import type { Analysis, FaceEngine, Job } from './engine/types.ts';
import { RefusedPicture } from './engine/types.ts';
import { imageTooLarge, invalidFormat, invalidParameter, tooManyBytes, unreadableObject } from './errors.ts';
import type { ImageInput } from './input.ts';

const MAX_INLINE_BYTES = 5_242_880;
export const MAX_S3_BYTES = 15 * 1024 * 1024;

export type ReadObject = (bucket: string, key: string, version?: string) => Promise<Buffer>;

/** Loads and analyzes an operation's image. Turns every fault of a picture into the service's error. */
export class Pictures {
  readonly #readObject: ReadObject;
  readonly #engine: FaceEngine;

  constructor(readObject: ReadObject, engine: FaceEngine) {
    this.#readObject = readObject;
    this.#engine = engine;
  }

  async load({ Bytes, S3Object }: ImageInput): Promise<Buffer> {
    if ((Bytes === undefined) === (S3Object === undefined)) {
      throw invalidParameter('Image must have exactly one of Bytes and S3Object');
    }
    if (Bytes !== undefined) return withinSize(Buffer.from(Bytes, 'base64'), MAX_INLINE_BYTES);
    const { Bucket, Name, Version } = S3Object!;
    const picture = await this.#readObject(Bucket, Name, Version).catch((error: unknown) => {
      throw error instanceof ServiceError ? error : unreadableObject();
    });
    return withinSize(picture, MAX_S3_BYTES);
  }

  async analyze(picture: Buffer, options: Omit<Job, 'picture'>): Promise<Analysis> {
    try {
      return await this.#engine.analyze({ picture, ...options });
    } catch (error) {
      if (!(error instanceof RefusedPicture)) throw error;
      if (error.refusal === 'format') throw invalidFormat();
      if (error.refusal === 'too-large') throw imageTooLarge(error.message);
      throw invalidParameter(`Request has invalid parameters. ${error.message}`);
    }
  }
}

function withinSize(picture: Buffer, maxBytes: number): Buffer {
  if (picture.length > maxBytes) throw tooManyBytes(picture.length, maxBytes);
  return picture;
}
