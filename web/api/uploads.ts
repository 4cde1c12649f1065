import { PutObjectCommand } from '@aws-sdk/client-s3';
import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { Readable } from 'node:stream';
import { UsageError } from '../../client/failure.ts';
import { laneOf } from '../../client/lane.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { LANE_METADATA } from '../../schemas/pacing.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { problem } from './problems.ts';
import { json, route, withBody } from './route.ts';
import { NewUploads, Uploads } from './schemas/uploads.ts';

const newRoute = route('editor', {
  method: 'post',
  path: '/api/uploads',
  summary: 'Addresses to send photos to: each that arrives is recognized',
  request: withBody(NewUploads),
  responses: { 200: json(Uploads, 'An address for each file, in their order') },
});

const sendRoute = route('editor', {
  method: 'put',
  path: '/api/uploads/{key}',
  summary: 'Takes one file, at an address that was given for it',
  request: {
    params: z.object({ key: z.string().min(1).max(1024) }),
    query: z.object({ until: z.coerce.number(), metadata: z.string().max(1000), signature: z.string() }),
  },
  responses: { 200: json(z.object({ key: z.string() }), 'It is in the bucket') },
});

/** Larger objects are not read. */
const MAX_BYTES = 200_000_000;
/** S3's limit for a key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

export function uploadRoutes(api: OpenAPIHono<ApiEnv>, { target, signer, now }: ApiServices): void {
  api.openapi(newRoute, (context) => {
    const { files } = context.req.valid('json');
    const lane = laneOf(files.length);
    const metadata = lane === 'bulk' ? { [LANE_METADATA]: lane } : {};
    const uploads = files.map(({ name, type, size }) => {
      const key = keyFor(PREFIXES.input, name);
      return { name, image_id: name, ...signer.upload({ key, type, size, metadata }, now()) };
    });
    return context.json(uploads, 200);
  });

  api.openapi(sendRoute, async (context) => {
    const { req } = context;
    const { until, metadata } = req.valid('query');
    const { pathname, search } = new URL(req.url);
    if (!signer.isSigned(pathname + search)) throw new UsageError('Ask for an address first: POST /api/uploads.');
    if (until < now().getTime()) throw new UsageError('The address is no longer valid. Ask for a new one.');
    const length = Number(req.header('content-length'));
    if (!(length <= MAX_BYTES))
      return problem(context, 413, `A file must say its size, of at most ${MAX_BYTES} bytes.`) as never;
    const { key } = req.valid('param');
    const put = new PutObjectCommand({
      Bucket: target.deployment.bucket,
      Key: key,
      Body: req.raw.body ? Readable.fromWeb(req.raw.body as Parameters<typeof Readable.fromWeb>[0]) : '',
      ContentLength: length,
      ContentType: req.header('content-type'),
      Metadata: JSON.parse(metadata) as Record<string, string>,
    });
    await target.s3.send(put);
    return context.json({ key }, 200);
  });
}

/** A key that S3 takes and that an address can name. */
export function keyFor(prefix: string, name: string): string {
  const key = prefix + name;
  if (name.isWellFormed() && !name.includes('\0') && Buffer.byteLength(key) <= MAX_KEY_BYTES) return key;
  throw new UsageError(`The name of the file "${name.slice(0, 100)}" is too long, or is not text. Rename it.`);
}
