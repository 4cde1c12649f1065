import type { PhotoRecord } from '../../../schemas/records.ts';
import type { Size } from './pictures.ts';

/** Where scaled copies of photos are kept. */
export interface Copies {
  read(photo: PhotoRecord, size: Size): Promise<Buffer | undefined>;
  write(photo: PhotoRecord, size: Size, jpeg: Buffer): Promise<void>;
}
