import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import type { People } from '../deployment/queries.ts';
import { SUFFIX, type Region } from './regions.ts';
import { writeSidecar } from './write.ts';

/** `party.jpg.xmp`. Undefined for names that lead out of the folder or that file systems do not take. */
export function sidecarPathOf(imageId: string): string | undefined {
  const path = imageId + SUFFIX;
  const safe = path.split('/').every((part) => part !== '' && part !== '..' && part !== '.' && fits(part));
  return safe ? path : undefined;
}

/** 255 bytes are the limit of common file systems. */
const fits = (part: string) => Buffer.byteLength(part) <= 255 && !/[\p{Cc}\\]/u.test(part);

/** The sidecar of a photo with these faces. */
export const sidecarOf = ({ width, height }: PhotoRecord, faces: readonly FaceRecord[], people: People): string =>
  writeSidecar({
    ...(width && height ? { dimensions: { width, height } } : {}),
    regions: faces.filter(({ status }) => status !== 'NOT_A_FACE').map((face) => regionOf(face, people)),
  });

function regionOf({ person_id, person, bounding_box: box }: FaceRecord, people: People): Region {
  const name = person_id === undefined ? undefined : (people.get(person_id) ?? person);
  return { ...(name === undefined ? {} : { name }), box };
}
