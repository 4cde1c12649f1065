import { PREFIXES } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import type { Size } from './pictures/pictures.ts';
import type { Signer } from './signer.ts';

const segment = encodeURIComponent;
/** Tells the versions of an object apart, so that a browser asks for a new one. */
const versionOf = (etag: string) => etag.slice(0, 12);

export const pictureAddress = (signer: Signer, { image_id, etag }: PhotoRecord, size: Size): string =>
  signer.sign(`/api/pictures/${segment(image_id)}`, { size, v: versionOf(etag) });

export const cropAddress = (signer: Signer, { image_id, face_index, crop_key, etag }: FaceRecord): string | null =>
  crop_key === undefined ? null : signer.sign(`/api/crops/${segment(image_id)}/${face_index}`, { v: versionOf(etag) });

export const resultAddress = (signer: Signer, { image_id, processed_key, etag }: PhotoRecord): string | null =>
  processed_key === undefined ? null : signer.sign(`/api/results/${segment(image_id)}`, { v: versionOf(etag) });

export const keyOfPhoto = (imageId: string) => PREFIXES.input + imageId;
