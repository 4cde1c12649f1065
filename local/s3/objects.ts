import { checksumElements, checksumHeaders, quoted, versionHeader, xml, type Handler } from './answer.ts';
import { receive } from './body.ts';
import { checkRead, writeGuard } from './conditions.ts';
import { S3Error } from './errors.ts';
import type { Cause, Reason } from './events.ts';
import { current, versionsOf, type Content, type ObjectVersion } from './catalog.ts';
import { byteRange } from './range.ts';
import { header, type S3Request } from './request.ts';
import type { Shelf } from './shelf.ts';

const STORED = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

export function objectHandlers(shelf: Shelf): Record<'put' | 'copy' | 'get' | 'head' | 'remove', Handler> {
  const remove: Handler = async (request) => {
    const bucket = await shelf.bucket(request.bucket);
    const id = request.query.get('versionId');
    const cause = causeOf(request, 'DeleteObject');
    if (id !== null) {
      const gone = await shelf.removeVersion(bucket, request.key, id, cause);
      const marker = gone && !gone.content ? { 'x-amz-delete-marker': 'true' } : {};
      return { status: 204, headers: { ...(id !== 'null' && { 'x-amz-version-id': id }), ...marker } };
    }
    const hidden = await shelf.hide(bucket, request.key, cause);
    if (!hidden || !bucket.versioning) return { status: 204 };
    return { status: 204, headers: { ...versionHeader(hidden), 'x-amz-delete-marker': 'true' } };
  };

  return {
    put: (request) => putObject(shelf, request),
    copy: (request) => copyObject(shelf, request),
    get: (request) => readObject(shelf, request, true),
    head: (request) => readObject(shelf, request, false),
    remove,
  };
}

const putObject = async (shelf: Shelf, request: S3Request) => {
  const bucket = await shelf.bucket(request.bucket);
  const guard = writeGuard(request);
  const { blob, value } = await shelf.blobs.make(async (path) => receive(request, path));
  const content: Content = {
    blob,
    size: value.size,
    etag: value.md5,
    ...(value.checksum && { checksum: { ...value.checksum, type: 'FULL_OBJECT' as const } }),
    headers: storedHeaders(request),
  };
  const version = await commit(shelf, content, () =>
    shelf.put({ bucket, key: request.key, content, guard, cause: causeOf(request, 'PutObject') }),
  );
  return {
    status: 200,
    headers: { etag: quoted(content.etag), ...versionHeader(version), ...checksumHeaders(content) },
  };
};

const copyObject = async (shelf: Shelf, request: S3Request) => {
  const bucket = await shelf.bucket(request.bucket);
  const guard = writeGuard(request);
  const from = await find(shelf, copySource(request));
  checkRead(request, from, 'x-amz-copy-source-');
  const replace = header(request, 'x-amz-metadata-directive') === 'REPLACE';
  const content = {
    ...from.content,
    blob: await shelf.blobs.copy(from.content.blob),
    ...(replace && { headers: storedHeaders(request) }),
  };
  const version = await commit(shelf, content, () =>
    shelf.put({ bucket, key: request.key, content, guard, cause: causeOf(request, 'CopyObject') }),
  );
  const result = { LastModified: version.modified, ETag: quoted(content.etag), ...checksumElements(content) };
  return xml('CopyObjectResult', result, versionHeader(version));
};

const readObject = async (shelf: Shelf, request: S3Request, withBody: boolean) => {
  if ((request.query.get('partNumber') ?? '1') !== '1') {
    throw new S3Error('NotImplemented', 'Reading one part of an object is not implemented by the local S3.');
  }
  const { bucket, key, query } = request;
  const version = await find(shelf, { bucket, key, versionId: query.get('versionId') });
  const { content } = version;
  const common = {
    etag: quoted(content.etag),
    'last-modified': new Date(version.modified).toUTCString(),
    ...versionHeader(version),
  };
  if (checkRead(request, version) === 'not modified') return { status: 304, headers: common };

  const range = byteRange(header(request, 'range'), content.size);
  const wantsChecksum = header(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const headers = {
    'content-type': 'binary/octet-stream',
    ...content.headers,
    ...overrides(query),
    ...common,
    'accept-ranges': 'bytes',
    'content-length': String(range ? range.end - range.start + 1 : content.size),
    ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${content.size}` }),
    // A checksum of the whole would make a client refuse the part.
    ...(wantsChecksum && !range && checksumHeaders(content)),
  };
  const status = range ? 206 : 200;
  if (!withBody) return { status, headers };
  const file = await shelf.blobs.open(content.blob).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  // Replaced between the look-up and here: look again.
  if (!file) return readObject(shelf, request, withBody);
  return { status, headers, body: file.createReadStream(range ?? { start: 0 }) };
};

/** The version with content at an address, or S3's error for why there is none. */
export async function find(
  shelf: Shelf,
  at: { bucket: string; key: string; versionId: string | null },
): Promise<ObjectVersion & { content: Content }> {
  await shelf.bucket(at.bucket);
  if (at.versionId === null) {
    const version = await current(shelf.catalog, at.bucket, at.key);
    if (version?.content) return { ...version, content: version.content };
    const marker = version && { ...versionHeader(version), 'x-amz-delete-marker': 'true' };
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', marker);
  }
  const version = (await versionsOf(shelf.catalog, at.bucket, at.key)).find((one) => one.versionId === at.versionId);
  if (!version) throw new S3Error('NoSuchVersion', 'The specified version does not exist.');
  if (version.content) return { ...version, content: version.content };
  const headers = { ...versionHeader(version), 'x-amz-delete-marker': 'true', allow: 'DELETE' };
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', headers);
}

/** Runs a commit and removes its blob when it is refused. */
export async function commit<T>(shelf: Shelf, content: Content, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    await shelf.blobs.remove([content.blob]);
    throw error;
  }
}

export function causeOf(request: S3Request, reason: Reason): Cause {
  return { reason, requestId: request.id, sourceAddress: request.sourceAddress };
}

export function storedHeaders(request: S3Request): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(request.headers)) {
    const value = header(request, name);
    if (value !== undefined && (STORED.includes(name) || name.startsWith('x-amz-meta-'))) kept[name] = value;
  }
  const encoding = kept['content-encoding']
    ?.split(',')
    .filter((one) => one.trim() !== 'aws-chunked')
    .join(',');
  if (encoding) return { ...kept, 'content-encoding': encoding };
  delete kept['content-encoding'];
  return kept;
}

function overrides(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    STORED.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function copySource(request: S3Request): { bucket: string; key: string; versionId: string | null } {
  const source = (header(request, 'x-amz-copy-source') ?? '').replace(/^\//, '');
  const [path = '', versionId] = source.split('?versionId=');
  try {
    const decoded = decodeURIComponent(path).replace(/^\//, '');
    const slash = decoded.indexOf('/');
    if (slash > 0)
      return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId: versionId ?? null };
  } catch {
    // Falls through to the same answer as any other copy source that cannot be read.
  }
  throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
}
