import type { IncomingMessage, ServerResponse } from 'node:http';
import sharp from 'sharp';
import type { PictureReference, RecordedCall } from '../schemas/case.ts';
import type { Call } from '../local/calls.ts';
import { fromDynamoDbJson } from './from-dynamodb-json.ts';
import { sha256 } from './call-log.ts';

/** What was asked, as JSON: of S3 the address, and the content only where it is JSON itself. */
export async function describeRequest(
  { service, operation }: Call,
  { url = '/' }: IncomingMessage,
  body: Buffer,
): Promise<RecordedCall['request']> {
  if (service === 'dynamodb') return itemsPlain(body);
  if (service !== 's3') return jsonOf(body) ?? {};
  const [path = '', query] = url.split('?');
  const [bucket = '', ...key] = path.slice(1).split('/').map(decodeURIComponent);
  const version = new URLSearchParams(query).get('versionId');
  return {
    bucket,
    key: key.join('/'),
    ...(version === null ? {} : { version_id: version }),
    ...(operation === 'PutObject' ? await contentOf(body) : {}),
  };
}

export async function describeResponse(
  { service, operation }: Call,
  response: ServerResponse,
  body: Buffer,
): Promise<Pick<RecordedCall, 'answer' | 'error'>> {
  if (!response.writableFinished) return { error: { name: 'NetworkError', message: 'The connection broke.' } };
  const failed = response.statusCode >= 400;
  if (service === 's3') {
    if (failed) return { error: s3Error(response.statusCode, body.toString()) };
    return { answer: operation === 'GetObject' ? await contentOf(body) : {} };
  }
  if (!failed && service === 'dynamodb') return { answer: itemsPlain(body) };
  const json = jsonOf(body) ?? {};
  if (!failed) return { answer: json };
  const { __type: type = '', message = '', Message = message } = json as Partial<Record<string, string>>;
  return { error: { name: type.split('#').at(-1) ?? type, message: Message } };
}

function s3Error(status: number, xml: string): { name: string; message: string } {
  const read = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
  // An answer to HEAD has no body: the SDK knows it by its status.
  const name = read('Code') ?? (status === 404 ? 'NotFound' : String(status));
  return { name, message: read('Message') ?? '' };
}

/** JSON as it is, but for what tells a face by its shape; of anything else what it was. */
async function contentOf(body: Buffer): Promise<Record<string, unknown>> {
  const json = jsonOf(body);
  return json ? { json } : { picture: await referenceOf(body) };
}

/** Without the names that its expressions go by: `#status` is `status`, as everywhere in Rollcall. */
function itemsPlain(body: Buffer): Record<string, unknown> {
  const { ExpressionAttributeNames: _, ...rest } = jsonOf(body) ?? {};
  return fromDynamoDbJson(rest) as Record<string, unknown>;
}

function jsonOf(body: Buffer): Record<string, unknown> | undefined {
  try {
    // Landmarks are what of an answer comes nearest to a biometric template: nothing is decided by them.
    const json: unknown = JSON.parse(body.toString(), (name, value: unknown) => (name === 'Landmarks' ? [] : value));
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function referenceOf(body: Buffer): Promise<PictureReference> {
  const about = { sha256: sha256(body), size: body.length };
  try {
    const { format, width, height, orientation } = await sharp(body, { limitInputPixels: false }).metadata();
    const whole = await isWhole(body, width * height);
    return {
      ...about,
      kind: whole ? 'picture' : 'broken picture',
      format,
      width,
      height,
      ...(orientation === undefined ? {} : { orientation }),
    };
  } catch {
    return { ...about, kind: 'no picture' };
  }
}

/** As far as it is decoded at all: a header may claim more pixels than anybody has memory for. */
async function isWhole(body: Buffer, pixels: number): Promise<boolean> {
  if (pixels > 100_000_000) return true;
  try {
    await sharp(body, { failOn: 'truncated' }).resize(16, 16, { fit: 'inside' }).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}
