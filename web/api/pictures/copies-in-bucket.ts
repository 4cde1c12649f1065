import { PutObjectCommand } from '@aws-sdk/client-s3';
import { readIfThere } from '../../../client/deployment/objects.ts';
import type { Target } from '../../../client/deployment/target.ts';
import { workPrefixOf } from '../../../schemas/keys.ts';
import type { Copies, Stored } from './copies.ts';
import type { Size } from './pictures.ts';

/** In the photo's folder of `work/`, which expires and which forgetting empties. */
export const copyKeyOf = ({ key, etag, version_id }: Stored, size: Size) =>
  `${workPrefixOf(key, etag, version_id)}scaled-${size}.jpg`;

/** Keeps scaled copies in the bucket. */
export class CopiesInBucket implements Copies {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  read(photo: Stored, size: Size): Promise<Buffer | undefined> {
    return readIfThere(this.#target, copyKeyOf(photo, size));
  }

  async write(photo: Stored, size: Size, jpeg: Buffer): Promise<void> {
    const { s3, deployment } = this.#target;
    const object = { Bucket: deployment.bucket, Key: copyKeyOf(photo, size), Body: jpeg, ContentType: 'image/jpeg' };
    await s3.send(new PutObjectCommand(object));
  }
}
