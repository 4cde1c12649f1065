import type { IncomingMessage, ServerResponse } from 'node:http';
import sharp from 'sharp';
import type { Call } from '../local/calls.ts';
import type { PictureReference, RecordedCall } from '../schemas/case.ts';
import { fromDynamoDbJson } from './from-dynamodb-json.ts';
import { sha256 } from './sha256.ts';

/** The request as JSON. Of S3: the address, and what was written, as describeContent() has it. */
export async function describeRequest(
  { service, operation }: Call,
  { url = '/' }: IncomingMessage,
  body: Buffer,
): Promise<RecordedCall['request']> {
  if (service === 'dynamodb') return plainItems(body);
  if (service !== 's3') return jsonOf(body) ?? {};
  const [path = '', query] = url.split('?');
  const [bucket = '', ...key] = path.slice(1).split('/').map(decodeURIComponent);
  const parameters = new URLSearchParams(query);
  const version = parameters.get('versionId');
  if (operation === 'ListObjectVersions') return { bucket, prefix: parameters.get('prefix') ?? '' };
  if (operation === 'DeleteObjects') return { bucket, keys: keysIn(body.toString()) };
  return {
    bucket,
    key: key.join('/'),
    ...(version === null ? {} : { version_id: version }),
    ...(operation === 'PutObject' ? await describeContent(body) : {}),
  };
}

const keysIn = (xml: string) => [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);

export async function describeResponse(
  { service, operation }: Call,
  response: ServerResponse,
  body: Buffer,
): Promise<Pick<RecordedCall, 'answer' | 'error'>> {
  if (!response.writableFinished) return { error: { name: 'NetworkError', message: 'The connection broke.' } };
  const failed = response.statusCode >= 400;
  if (service === 's3') {
    if (failed) return { error: s3Error(response.statusCode, body.toString()) };
    return { answer: operation === 'GetObject' ? await describeContent(body) : {} };
  }
  if (!failed && service === 'dynamodb') return { answer: plainItems(body) };
  const json = jsonOf(body) ?? {};
  if (!failed) return { answer: json };
  const { __type: type = '', message = '', Message = message } = json as Partial<Record<string, string>>;
  return { error: { name: type.split('#').at(-1) ?? type, message: Message } };
}

function s3Error(status: number, xml: string): { name: string; message: string } {
  const read = (tag: string) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1];
  // An answer to HEAD has no body: the SDK takes the error from its status.
  const name = read('Code') ?? (status === 404 ? 'NotFound' : String(status));
  return { name, message: read('Message') ?? '' };
}

/** JSON without landmarks; of anything else a reference. */
async function describeContent(body: Buffer): Promise<Record<string, unknown>> {
  const json = jsonOf(body);
  return json ? { json } : { picture: await referenceOf(body) };
}

/** ExpressionAttributeNames add nothing: everywhere in Rollcall `#status` stands for `status`. */
function plainItems(body: Buffer): Record<string, unknown> {
  const { ExpressionAttributeNames: _, ...rest } = jsonOf(body) ?? {};
  return fromDynamoDbJson(rest) as Record<string, unknown>;
}

function jsonOf(body: Buffer): Record<string, unknown> | undefined {
  try {
    // Landmarks come nearest to a biometric template, and no decision depends on them.
    const json: unknown = JSON.parse(body.toString(), (name, value: unknown) => (name === 'Landmarks' ? [] : value));
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function referenceOf(body: Buffer): Promise<PictureReference> {
  const basics = { sha256: sha256(body), size: body.length };
  try {
    const { format, width, height, orientation } = await sharp(body, { limitInputPixels: false }).metadata();
    const whole = await isWhole(body, width * height);
    return {
      ...basics,
      kind: whole ? 'picture' : 'broken picture',
      format,
      width,
      height,
      ...(orientation === undefined ? {} : { orientation }),
    };
  } catch {
    return { ...basics, kind: 'no picture' };
  }
}

/** A header may claim more pixels than fit into memory: larger pictures count as whole without being decoded. */
const MAX_DECODED_PIXELS = 100_000_000;

async function isWhole(body: Buffer, pixels: number): Promise<boolean> {
  if (pixels > MAX_DECODED_PIXELS) return true;
  try {
    await sharp(body, { failOn: 'truncated' }).resize(16, 16, { fit: 'inside' }).raw().toBuffer();
    return true;
  } catch {
    return false;
  }
}
