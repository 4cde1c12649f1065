import { PREFIXES } from '../../schemas/keys.ts';
import type { EnrolledFaceRecord, FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import type { Size } from './pictures/pictures.ts';
import type { Signer, StoredPortrait } from './signer.ts';

export const pictureAddress = (signer: Signer, photo: PhotoRecord, size: Size): string => signer.picture(photo, size);

type CroppedFace = Pick<FaceRecord, 'image_id' | 'face_index' | 'crop_key'>;

export const cropAddress = (signer: Signer, face: CroppedFace): string | null =>
  face.crop_key === undefined ? null : signer.crop({ ...face, crop_key: face.crop_key });

export const resultAddress = (signer: Signer, photo: PhotoRecord): string | null =>
  photo.processed_key === undefined ? null : signer.result({ ...photo, processed_key: photo.processed_key });

/** Undefined where there is no portrait, as of who was imported. */
export function storedPortrait({
  person_id,
  face_id,
  key,
  version_id,
  sha256 = '',
}: EnrolledFaceRecord): StoredPortrait | undefined {
  return key === undefined || face_id === undefined ? undefined : { person_id, face_id, key, version_id, etag: sha256 };
}

export function portraitAddress(signer: Signer, face: EnrolledFaceRecord): string | null {
  const portrait = storedPortrait(face);
  return portrait ? signer.portrait(portrait) : null;
}

export const keyOfPhoto = (imageId: string) => PREFIXES.input + imageId;
