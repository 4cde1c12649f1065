import { cropKeyOf, drawnCropKeyOf, FIRST_DRAWN_FACE, workPrefixOf } from '../../schemas/keys.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';

/** Where the crop of a face is, whether or not its row tells. Undefined for a face of an older version of the photo. */
export function cropKeyOfFace(
  { key, etag, version_id, sequencer, sha256 }: PhotoRecord,
  face: Pick<FaceRecord, 'face_index' | 'sequencer'>,
): string | undefined {
  if (face.sequencer !== sequencer) return undefined;
  if (face.face_index < FIRST_DRAWN_FACE) return cropKeyOf(workPrefixOf(key, etag, version_id), face.face_index);
  return sha256 === undefined ? undefined : drawnCropKeyOf(sha256, face.face_index);
}
