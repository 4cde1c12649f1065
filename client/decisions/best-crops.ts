import type { PersonId } from '../../schemas/faces.ts';
import { facePortraitKeyOf, facePortraitsOf } from '../../schemas/keys.ts';
import { Processed, type ProcessedFace } from '../../schemas/processed.ts';
import { EnrolmentRecord } from '../../schemas/records.ts';
import { readJsonIfThere } from '../deployment/objects.ts';
import { eachRowOfPerson } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { GivenFace } from './faces.ts';

/** So many portraits of a person are made of named faces: with more, searches hardly find more. */
const MOST = 5;
/** The largest faces are looked at more closely. */
const LOOKED_AT = 40;
const CONCURRENCY = 16;
/** A larger face is no better portrait, in pixels. */
const LARGE = 200;

/** A named face that the person is to be enrolled from. */
export interface PortraitFace {
  /** Of the portrait. */
  readonly key: string;
  readonly crop_key: string;
  readonly name: string;
}

type WithCrop = GivenFace & { readonly face: { readonly crop_key: string } };

/** The best of these faces to enrol the person from, as many as are still wanted. None that was tried before. */
export async function bestCrops(target: Target, person_id: PersonId, given: readonly GivenFace[]) {
  const before = await portraitsBefore(target, person_id);
  const room = MOST - before.filter(({ status }) => status === 'ENROLLED').length;
  const tried = new Set(before.map(({ key }) => key));
  const keyOf = ({ photo, face }: GivenFace) => facePortraitKeyOf(person_id, photo.sha256 ?? '', face.face_index);
  const largest = given
    .filter((one): one is WithCrop => one.face.crop_key !== undefined && !tried.has(keyOf(one)))
    .toSorted((a, b) => pixelsOf(b) - pixelsOf(a))
    .slice(0, LOOKED_AT);
  const scored = await mapConcurrently(CONCURRENCY, largest, async (one) => ({
    one,
    score: await scoreOf(target, one),
  }));
  return scored
    .toSorted((a, b) => b.score - a.score)
    .slice(0, Math.max(0, room))
    .map(({ one }): PortraitFace => {
      const { photo, face } = one;
      return { key: keyOf(one), crop_key: face.crop_key, name: `${photo.image_id}#${face.face_index}` };
    });
}

/** What became of the portraits that were made of faces of the person. */
async function portraitsBefore(target: Target, person_id: PersonId): Promise<EnrolmentRecord[]> {
  const rows = await Array.fromAsync(eachRowOfPerson(target, person_id));
  return rows.flatMap((row) => {
    const enrolment = EnrolmentRecord.safeParse(row).data;
    return enrolment?.key.startsWith(facePortraitsOf(person_id)) ? [enrolment] : [];
  });
}

/** The shorter side of the face. */
const pixelsOf = ({ photo, face }: GivenFace) =>
  Math.min((photo.width ?? 0) * face.bounding_box.width, (photo.height ?? 0) * face.bounding_box.height);

/** Large, sharp and from the front. */
async function scoreOf(target: Target, given: GivenFace): Promise<number> {
  const { pose = {}, quality = {} } = (await detailOf(target, given)) ?? {};
  const facing = cosine(pose.yaw) * cosine(pose.pitch);
  return Math.min(pixelsOf(given), LARGE) * (quality.sharpness ?? 0) * facing;
}

const cosine = (degrees = 0) => Math.max(0, Math.cos((degrees * Math.PI) / 180));

async function detailOf(target: Target, { photo, face }: GivenFace): Promise<ProcessedFace | undefined> {
  if (photo.processed_key === undefined) return undefined;
  const processed = await readJsonIfThere(target, photo.processed_key, Processed);
  return processed?.faces.find(({ index }) => index === face.face_index);
}
