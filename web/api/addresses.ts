import { PREFIXES } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import type { Size } from './pictures/pictures.ts';
import type { Signer } from './signer.ts';

export const pictureAddress = (signer: Signer, photo: PhotoRecord, size: Size): string => signer.picture(photo, size);

export const cropAddress = (signer: Signer, face: FaceRecord): string | null =>
  face.crop_key === undefined ? null : signer.crop({ ...face, crop_key: face.crop_key });

export const resultAddress = (signer: Signer, photo: PhotoRecord): string | null =>
  photo.processed_key === undefined ? null : signer.result({ ...photo, processed_key: photo.processed_key });

export const keyOfPhoto = (imageId: string) => PREFIXES.input + imageId;
