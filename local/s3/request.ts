import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { S3Error } from './errors.ts';

export interface S3Request {
  readonly method: string;
  /** '' when the request is to the service. */
  readonly bucket: string;
  /** '' when the request is to a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  readonly sourceAddress: string;
  readonly id: string;
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const MAX_KEY_BYTES = 1024;

/** Parses the URL by hand, because `URL` would resolve a `..` in a key. */
export function readRequest(request: IncomingMessage, id: string): S3Request {
  const target = request.url ?? '/';
  const queryStart = target.indexOf('?');
  const path = queryStart === -1 ? target : target.slice(0, queryStart);
  const host = bucketOfHost(request.headers.host ?? '');
  const slash = path.indexOf('/', 1);
  const bucket = host ?? decode(slash === -1 ? path.slice(1) : path.slice(1, slash));
  const key = decode(host !== undefined ? path.slice(1) : slash === -1 ? '' : path.slice(slash + 1));
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError', 'Your key is too long');
  return {
    method: request.method ?? 'GET',
    bucket,
    key,
    query: new URLSearchParams(queryStart === -1 ? '' : target.slice(queryStart + 1)),
    headers: request.headers,
    body: request,
    sourceAddress: request.socket.remoteAddress ?? '127.0.0.1',
    id,
  };
}

/** Virtual-hosted-style requests: `bucket.localhost`. */
function bucketOfHost(host: string): string | undefined {
  return /^(.+)\.localhost(?::\d+)?$/.exec(host)?.[1];
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

/** The query parameters that, with the method, select an operation. */
const SUBRESOURCES = [
  'delete',
  'location',
  'tagging',
  'versioning',
  'versions',
  'uploads',
  'uploadId',
  'notification',
] as const;
/**
 * Query parameters of operations that this server lacks: the request is refused instead of taken for another operation.
 */
const NOT_IMPLEMENTED = (
  'accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging metrics ' +
  'object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment restore ' +
  'retention select torrent website'
).split(' ');

/** `GET bucket versions`, `PUT object copy`, …: a key of the server's routes. */
export function routeOf(request: S3Request): string {
  const { query, headers } = request;
  const notImplemented = NOT_IMPLEMENTED.find((name) => query.has(name));
  if (notImplemented !== undefined)
    throw new S3Error('NotImplemented', `${notImplemented} is not implemented by the local S3.`);
  const target = request.bucket === '' ? 'service' : request.key === '' ? 'bucket' : 'object';
  const words = [request.method, target, ...SUBRESOURCES.filter((name) => query.has(name))];
  if (request.method === 'PUT' && headers['x-amz-copy-source'] !== undefined) words.push('copy');
  if (target === 'bucket' && query.get('list-type') === '2') words.push('list');
  return words.join(' ');
}
