import type { Size } from './pictures.ts';

/** A version of a picture in the bucket. */
export interface Stored {
  readonly key: string;
  readonly version_id?: string | undefined;
  /** Tells versions apart where the bucket keeps none. */
  readonly etag: string;
}

/** Where scaled copies of photos and portraits are kept. */
export interface Copies {
  read(picture: Stored, size: Size): Promise<Buffer | undefined>;
  write(picture: Stored, size: Size, jpeg: Buffer): Promise<void>;
}
