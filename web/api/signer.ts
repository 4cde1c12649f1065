import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import type { Stored } from './pictures/copies.ts';
import type { Size } from './pictures/pictures.ts';

/** A picture from which a face was enrolled. */
export interface StoredPortrait extends Stored {
  readonly person_id: string;
  readonly face_id: string;
}

/** What may be sent to a key of the bucket. */
export interface NewObject {
  readonly key: string;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
  /** Of the object, without the prefix `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where a file is to be sent, by PUT with these headers. */
export interface UploadAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Gives addresses that carry their own permission, because `<img>` and links send no token: on a laptop those of the API
 * itself, in AWS those of the bucket.
 */
export interface Signer {
  picture(photo: PhotoRecord, size: Size): string;
  portrait(portrait: StoredPortrait): string;
  crop(face: Pick<FaceRecord, 'image_id' | 'face_index'> & { readonly crop_key: string }): string;
  result(photo: PhotoRecord & { readonly processed_key: string }): string;
  upload(object: NewObject, now: Date): UploadAddress;
  /** Whether this path and query of the API are such an address. */
  isSigned(pathAndQuery: string): boolean;
}

/** A browser sends a file's type as it found it. */
export const contentTypeOf = (type: string) => (/^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream');
