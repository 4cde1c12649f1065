import { FaceStatus } from '../../schemas/faces.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { PhotoRecord, type FaceRecord, type PhotoStatus } from '../../schemas/records.ts';
import { readPage, type Position } from '../deployment/pages.ts';
import { readPhotos, type Period } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { idsOf, type Person } from '../people/find-person.ts';
import { readFacesOfPhotos } from './faces-of-photos.ts';
import { listFaces, type FaceFilter } from './list-faces.ts';
import { beyond, nextDay } from './next-day.ts';

export interface PhotoList extends FaceFilter {
  /** Who are in one photo together. */
  readonly people: readonly Person[];
  /** Of the photo, or of a face in it. */
  readonly status?: PhotoStatus | FaceStatus | undefined;
  readonly period: Period;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly from?: PhotoPosition | undefined;
}

/** Where to go on. Faces of one photo can be in two pages: `seen` are the last photos of the page before. */
export interface PhotoPosition {
  readonly at: Position;
  readonly seen?: readonly string[] | undefined;
  /** Of a list of all photos, which is read day by day. */
  readonly day?: string | undefined;
}

export interface PhotoPage {
  readonly photos: readonly PhotoRecord[];
  readonly next?: PhotoPosition;
}

const isFaceStatus = (status: PhotoList['status']): status is FaceStatus => FaceStatus.safeParse(status).success;

/** Lists photos by time. A page may be short, or empty, and still not the last. */
export function listPhotos(target: Target, list: PhotoList): Promise<PhotoPage> {
  const { people, status, emotion, min_similarity } = list;
  const byFaces = people.length > 0 || isFaceStatus(status) || emotion !== undefined || min_similarity !== undefined;
  if (byFaces) return listByFaces(target, list);
  return status === undefined ? listByDay(target, list) : listByStatus(target, status, list);
}

/** One query is enough for a page in the middle of a day, whatever the statuses are. */
async function listByDay(target: Target, { period, order, limit, from }: PhotoList): Promise<PhotoPage> {
  const photos: PhotoRecord[] = [];
  let [day, at] = from?.day === undefined ? [await nextDay(target, period, order), {}] : [from.day, from.at];
  while (day !== undefined && photos.length < limit) {
    const { rows, next } = await readPage(target, {
      table: 'results',
      index: 'by-day',
      values: [day],
      schema: PhotoRecord,
      period,
      order,
      limit: limit - photos.length,
      from: at,
    });
    photos.push(...rows);
    at = next ?? {};
    if (!next) day = await nextDay(target, beyond(day, period, order), order);
  }
  return { photos, ...(day !== undefined && { next: { day, at } }) };
}

async function listByStatus(
  target: Target,
  status: string,
  { period, order, limit, from }: PhotoList,
): Promise<PhotoPage> {
  const { rows, next } = await readPage(target, {
    table: 'results',
    index: 'by-status',
    values: [status],
    schema: PhotoRecord,
    period,
    order,
    limit,
    ...(from && { from: from.at }),
  });
  return { photos: rows, ...(next && { next: { at: next } }) };
}

async function listByFaces(target: Target, list: PhotoList): Promise<PhotoPage> {
  const { people, status, emotion, min_similarity, period, order, limit, from } = list;
  const [first, ...others] = people;
  const statuses = isFaceStatus(status) ? [status] : FaceStatus.options;
  const { faces, next } = await listFaces(target, {
    by: first ? { people: idsOf(first) } : { statuses },
    emotion,
    min_similarity,
    period,
    order,
    limit,
    from: from?.at,
  });
  const wanted = faces.filter((face) => !isFaceStatus(status) || face.status === status);
  const fresh = wanted.filter(({ image_id }) => !from?.seen?.includes(image_id));
  const photos = await photosWith(target, fresh);
  const together = await keepThoseWith(target, photos, others);
  const found =
    isFaceStatus(status) || status === undefined ? together : together.filter((one) => one.status === status);
  return { photos: found, ...(next && { next: { at: next, seen: lastSeen(faces, from) } }) };
}

/** A few ids are enough: a photo has at most some hundred faces, but rarely two of one person. */
function lastSeen(faces: readonly FaceRecord[], from: PhotoPosition | undefined): readonly string[] {
  const last = faces.at(-1);
  if (!last) return from?.seen ?? [];
  const ids = faces.filter(({ timestamp }) => timestamp === last.timestamp).map(({ image_id }) => image_id);
  return [...new Set(ids)].slice(-5);
}

/** The photos of these faces, in their order. Faces of older versions, which the photo no longer has, are left out. */
async function photosWith(target: Target, faces: readonly FaceRecord[]): Promise<PhotoRecord[]> {
  const sequencers = new Map(faces.map(({ image_id, sequencer }) => [image_id, sequencer]));
  const keys = [...sequencers.keys()].map((id) => PREFIXES.input + id);
  const photos = await readPhotos(target, keys);
  return keys.flatMap((key) => {
    const photo = photos.get(key);
    return photo && photo.sequencer === sequencers.get(photo.image_id) ? [photo] : [];
  });
}

async function keepThoseWith(
  target: Target,
  photos: readonly PhotoRecord[],
  people: readonly Person[],
): Promise<readonly PhotoRecord[]> {
  if (people.length === 0) return photos;
  const faces = await readFacesOfPhotos(target, photos);
  return photos.filter((_, at) => {
    const ids = new Set(faces[at]!.map(({ person_id }) => person_id));
    return people.every((person) => idsOf(person).some((id) => ids.has(id)));
  });
}
