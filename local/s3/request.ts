import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { S3Error } from './errors.ts';

export interface S3Request {
  readonly method: string;
  /** '' for the service itself. */
  readonly bucket: string;
  /** '' for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  readonly sourceAddress: string;
  readonly id: string;
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const MAX_KEY_BYTES = 1024;

/** Reads the address by hand: URL would resolve the `..` that a key may hold. */
export function readRequest(request: IncomingMessage, id: string): S3Request {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const host = hostBucket(request.headers.host ?? '');
  const slash = path.indexOf('/', 1);
  const bucket = host ?? decode(slash === -1 ? path.slice(1) : path.slice(1, slash));
  const key = decode(host !== undefined ? path.slice(1) : slash === -1 ? '' : path.slice(slash + 1));
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError', 'Your key is too long');
  return {
    method: request.method ?? 'GET',
    bucket,
    key,
    query: new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1)),
    headers: request.headers,
    body: request,
    sourceAddress: request.socket.remoteAddress ?? '127.0.0.1',
    id,
  };
}

/** Virtual-host style: `bucket.localhost` or `bucket.s3.region.amazonaws.com`. */
function hostBucket(host: string): string | undefined {
  const name = host.replace(/:\d+$/, '');
  if (isIP(name)) return undefined;
  return /^(?!s3[.-])(.+?)\.(?:s3[.-].*|s3|localhost)$/.exec(name)?.[1];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
}

export function header(request: S3Request, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** The query parameters that name an operation of a bucket or of an object, beside the method. */
const SUBRESOURCES = ['delete', 'location', 'versioning', 'versions', 'uploads', 'uploadId', 'notification'] as const;
/** What S3 has and this server does not, so that it is refused and not taken for another operation. */
const ABSENT = (
  'accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging metrics ' +
  'object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment restore ' +
  'retention select tagging torrent website'
).split(' ');

/** `GET bucket versions`, `PUT object copy`, …: the name of a row in the server's list of operations. */
export function operationOf(request: S3Request): string {
  const { query, headers } = request;
  const absent = ABSENT.find((name) => query.has(name));
  if (absent !== undefined) throw new S3Error('NotImplemented', `${absent} is not implemented by the local S3.`);
  const place = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const words = [request.method, place, ...SUBRESOURCES.filter((name) => query.has(name))];
  if (request.method === 'PUT' && headers['x-amz-copy-source'] !== undefined) words.push('copy');
  if (place === 'bucket' && query.get('list-type') === '2') words.push('list');
  return words.join(' ');
}
