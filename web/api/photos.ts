import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import { readPhotoFacts } from '../../client/decisions/facts.ts';
import { readObject } from '../../client/deployment/objects.ts';
import { readFaces, readPeople, readPhotos, type People } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { NotFound, UsageError } from '../../client/failure.ts';
import { mapConcurrently } from '../../client/map-concurrently.ts';
import { findPerson, idsOf } from '../../client/people/find-person.ts';
import { listFaces } from '../../client/photos/list-faces.ts';
import { listPhotos } from '../../client/photos/list-photos.ts';
import type { FaceStatus } from '../../schemas/faces.ts';
import type { PhotoRecord } from '../../schemas/records.ts';
import { pictureAddress, keyOfPhoto, resultAddress } from './addresses.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { fromCursor, PhotoCursor, PositionCursor, toCursor } from './cursor.ts';
import { periodOf } from './period.ts';
import { json, route } from './route.ts';
import { ImageIdSegment } from './schemas/common.ts';
import { FaceQuery, Faces, PhotoQuery, Photos, PhotoWithFaces } from './schemas/photos.ts';
import { faceOfPhotoView, faceView, named, photoView } from './views.ts';

/** By its id. */
export const OnePhoto = z.object({ image_id: ImageIdSegment });

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/photos',
  summary: 'Photos by time, filtered by who and what is in them',
  request: { query: PhotoQuery },
  responses: { 200: json(Photos, 'A page of photos') },
});

const oneRoute = route('viewer', {
  method: 'get',
  path: '/api/photos/{image_id}',
  summary: 'One photo with its faces',
  request: { params: OnePhoto },
  responses: { 200: json(PhotoWithFaces, 'The photo') },
});

const resultRoute = route('viewer', {
  method: 'get',
  path: '/api/results/{image_id}',
  summary: 'The processed JSON of a photo, as it is in the bucket',
  request: { params: OnePhoto },
  responses: { 200: json(z.unknown(), 'The JSON') },
});

const facesRoute = route('viewer', {
  method: 'get',
  path: '/api/faces',
  summary: 'Faces of one status, or of one person, by time',
  request: { query: FaceQuery },
  responses: { 200: json(Faces, 'A page of faces') },
});

export function photoRoutes(api: OpenAPIHono<ApiEnv>, { target, signer }: ApiServices): void {
  api.openapi(listRoute, async (context) => {
    const { person: wanted = [], cursor, from, to, include, ...of } = context.req.valid('query');
    const people = await Promise.all(wanted.map((one) => findPerson(target, one)));
    const { photos, next } = await listPhotos(target, {
      ...of,
      people,
      period: periodOf(from, to),
      from: fromCursor(PhotoCursor, cursor),
    });
    const views = photos.map((photo) => photoView(signer, photo));
    const items = include === 'people' ? await withPeople(target, photos, views) : views;
    return context.json({ items, ...(next && { cursor: toCursor(next) }) }, 200);
  });

  api.openapi(oneRoute, async (context) => {
    const photo = await readPhoto(target, context.req.valid('param').image_id);
    const facts = await readPhotoFacts(target, photo);
    const answer = {
      ...photoView(signer, photo),
      faces: facts.faces.map((face) => faceOfPhotoView(signer, face, facts)),
      picture: pictureAddress(signer, photo, '1080'),
      picture_large: pictureAddress(signer, photo, '2160'),
      result: resultAddress(signer, photo),
    };
    return context.json(answer, 200);
  });

  api.openapi(resultRoute, async (context) => {
    const { processed_key, image_id } = await readPhoto(target, context.req.valid('param').image_id);
    if (processed_key === undefined) throw new NotFound(`Nothing is written about ${image_id} yet.`);
    const text = await readObject(target, processed_key);
    return context.body(text.toString(), 200, { 'content-type': 'application/json' }) as never;
  });

  api.openapi(facesRoute, async (context) => {
    const { status, person, cursor, from, to, ...of } = context.req.valid('query');
    const by = await facesBy(target, status, person);
    const [{ faces, next }, people] = await Promise.all([
      listFaces(target, {
        ...of,
        by,
        period: periodOf(from, to),
        from: fromCursor(PositionCursor, cursor),
      }),
      readPeople(target),
    ]);
    const items = faces.map((face) => faceView(signer, face, people));
    return context.json({ items, ...(next && { cursor: toCursor(next) }) }, 200);
  });
}

async function facesBy(target: Target, status: FaceStatus | undefined, person: string | undefined) {
  if (status !== undefined && person === undefined) return { statuses: [status] };
  if (person !== undefined && status === undefined) return { people: idsOf(await findPerson(target, person)) };
  throw new UsageError('Ask for a status, or for a person.');
}

/** Concurrent queries. */
const CONCURRENCY = 16;

async function withPeople<View extends object>(target: Target, photos: readonly PhotoRecord[], views: View[]) {
  const people = await readPeople(target);
  return mapConcurrently(CONCURRENCY, views, async (view) => {
    const photo = photos[views.indexOf(view)]!;
    return { ...view, people: photo.matched_count === 0 ? [] : await peopleIn(target, photo, people) };
  });
}

async function peopleIn(target: Target, photo: PhotoRecord, people: People) {
  const faces = await readFaces(target, photo);
  const found = faces.flatMap(({ person_id, person }) => (person_id ? [named(person_id, people, person)] : []));
  return [...new Map(found.map((one) => [one.name, one])).values()];
}

/** The row of a photo that must be there. */
export async function readPhoto(target: Target, imageId: string): Promise<PhotoRecord> {
  // DynamoDB's limit for the value of a partition key.
  if (Buffer.byteLength(imageId) > 2048) throw new UsageError('No photo has an id as long as that.');
  const key = keyOfPhoto(imageId);
  const photo = (await readPhotos(target, [key])).get(key);
  if (photo) return photo;
  throw new NotFound(`There is no photo ${imageId}.`);
}
