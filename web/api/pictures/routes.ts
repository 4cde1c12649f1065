import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import { readObject } from '../../../client/deployment/objects.ts';
import { readEnrolledFaces, readFaces } from '../../../client/deployment/queries.ts';
import type { Target } from '../../../client/deployment/target.ts';
import { NotFound } from '../../../client/failure.ts';
import { PersonId } from '../../../schemas/faces.ts';
import { keyOfPhoto, storedPortrait } from '../addresses.ts';
import type { ApiEnv, ApiServices } from '../context.ts';
import { readPhoto } from '../photos.ts';
import { problem } from '../problems.ts';
import { route } from '../route.ts';
import { ImageIdSegment } from '../schemas/common.ts';
import type { Stored } from './copies.ts';
import { PORTRAIT_SIZE, SIZES, type Size } from './pictures.ts';

const jpeg = {
  200: { content: { 'image/jpeg': { schema: z.string().openapi({ format: 'binary' }) } }, description: 'A JPEG' },
};

const pictureRoute = route('viewer', {
  method: 'get',
  path: '/api/pictures/{image_id}',
  summary: 'A scaled copy of a photo, upright and without metadata',
  request: {
    params: z.object({ image_id: ImageIdSegment }),
    query: z.object({ size: z.enum(SIZES).default('1080'), version: z.string().max(1024).optional() }),
  },
  responses: jpeg,
});

const cropRoute = route('viewer', {
  method: 'get',
  path: '/api/crops/{image_id}/{index}',
  summary: 'The picture of one face',
  request: {
    params: z.object({ image_id: ImageIdSegment, index: z.coerce.number().int().min(0).max(999) }),
    query: z.object({ key: z.string().max(1024).optional() }),
  },
  responses: jpeg,
});

const portraitRoute = route('viewer', {
  method: 'get',
  path: '/api/portraits/{person_id}/{face_id}',
  summary: 'A scaled copy of an enrolled portrait',
  request: { params: z.object({ person_id: PersonId, face_id: z.string().max(100) }) },
  responses: jpeg,
});

/** How long a browser may keep a picture: short, because people can be forgotten. */
const HEADERS = { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=600' };

/** What web servers note for a client that went away. */
const CLIENT_CLOSED = 499 as StatusCode;

export function pictureRoutes(api: OpenAPIHono<ApiEnv>, { target, pictures, signer }: ApiServices): void {
  /** What the API itself has written into an address need not be looked up. */
  const isOurs = ({ req }: Context) => {
    const { pathname, search } = new URL(req.url);
    return signer.isSigned(pathname + search);
  };

  const scaled = async (context: Context, stored: Stored, size: Size) => {
    const { signal } = context.req.raw;
    try {
      return context.body(new Uint8Array(await pictures.scaled(stored, size, signal)), 200, HEADERS) as never;
    } catch (error) {
      // Nobody is there to receive it.
      if (signal.aborted) return context.body(null, CLIENT_CLOSED) as never;
      if (isGone(error)) throw new NotFound(`The file of ${nameOfKey(stored.key)} was deleted.`, { cause: error });
      if (isUnreadable(error)) return problem(context, 415, (error as Error).message) as never;
      throw error;
    }
  };

  api.openapi(pictureRoute, async (context) => {
    const { image_id } = context.req.valid('param');
    const { size, version: version_id } = context.req.valid('query');
    const isKnown = version_id !== undefined && isOurs(context);
    const photo = isKnown ? { key: keyOfPhoto(image_id), version_id, etag: '' } : await readPhoto(target, image_id);
    return scaled(context, photo, size);
  });

  api.openapi(portraitRoute, async (context) => {
    const { person_id, face_id } = context.req.valid('param');
    const face = (await readEnrolledFaces(target, person_id)).find((one) => one.face_id === face_id);
    const portrait = face && storedPortrait(face);
    if (!portrait) throw new NotFound(`There is no portrait ${face_id} of ${person_id}.`);
    return scaled(context, portrait, PORTRAIT_SIZE);
  });

  api.openapi(cropRoute, async (context) => {
    const { image_id, index } = context.req.valid('param');
    const { key } = context.req.valid('query');
    const cropKey = key !== undefined && isOurs(context) ? key : await cropKeyOf(target, image_id, index);
    if (cropKey === undefined) throw new NotFound(`There is no picture of face ${index} of ${image_id}.`);
    const crop = await readObject(target, cropKey).catch((error: unknown) => {
      throw isGone(error) ? new NotFound(`The picture of face ${index} of ${image_id} was deleted.`) : error;
    });
    return context.body(new Uint8Array(crop), 200, HEADERS) as never;
  });
}

async function cropKeyOf(target: Target, imageId: string, index: number): Promise<string | undefined> {
  const faces = await readFaces(target, await readPhoto(target, imageId));
  return faces.find((one) => one.face_index === index)?.crop_key;
}

/** As people see it: without `input/` or `enroll/`. */
const nameOfKey = (key: string) => key.slice(key.indexOf('/') + 1);
const nameOf = (error: unknown) => (error instanceof Error ? error.name : '');
const isGone = (error: unknown) => ['NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed'].includes(nameOf(error));
const isUnreadable = (error: unknown) => nameOf(error).startsWith('Image');
