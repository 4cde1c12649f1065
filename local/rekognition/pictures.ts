import type { Analysis, FaceEngine, Job } from './engine/types.ts';
import { RefusedPicture } from './engine/types.ts';
import { imageTooLarge, invalidFormat, invalidParameter, tooManyBytes, unreadableObject } from './errors.ts';
import type { ImageInput } from './input.ts';
import { ServiceError } from '../aws-json.ts';

const MOST_INLINE_BYTES = 5_242_880;
export const MOST_S3_BYTES = 15 * 1024 * 1024;

export type ReadObject = (bucket: string, key: string, version?: string) => Promise<Buffer>;

/** Fetches what an operation names, and has it analyzed. Every fault of a picture becomes the service's error here. */
export class Pictures {
  private readonly readObject: ReadObject;
  private readonly engine: FaceEngine;

  constructor(readObject: ReadObject, engine: FaceEngine) {
    this.readObject = readObject;
    this.engine = engine;
  }

  async load({ Bytes, S3Object }: ImageInput): Promise<Buffer> {
    if ((Bytes === undefined) === (S3Object === undefined)) {
      throw invalidParameter('Image must have exactly one of Bytes and S3Object');
    }
    if (Bytes !== undefined) return atMost(Buffer.from(Bytes, 'base64'), MOST_INLINE_BYTES);
    const { Bucket, Name, Version } = S3Object!;
    const picture = await this.readObject(Bucket, Name, Version).catch((error: unknown) => {
      throw error instanceof ServiceError ? error : unreadableObject();
    });
    return atMost(picture, MOST_S3_BYTES);
  }

  async analyze(picture: Buffer, how: Omit<Job, 'picture'>): Promise<Analysis> {
    try {
      return await this.engine.analyze({ picture, ...how });
    } catch (error) {
      if (!(error instanceof RefusedPicture)) throw error;
      if (error.refusal === 'format') throw invalidFormat();
      if (error.refusal === 'too-large') throw imageTooLarge(error.message);
      throw invalidParameter(`Request has invalid parameters. ${error.message}`);
    }
  }
}

function atMost(picture: Buffer, most: number): Buffer {
  if (picture.length > most) throw tooManyBytes(picture.length, most);
  return picture;
}
