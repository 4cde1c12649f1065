import { receiveBody } from './body.ts';
import { currentVersion, versionsOf, type Content, type ObjectVersion } from './catalog.ts';
import { checkReadConditions, writeCondition } from './conditions.ts';
import { S3Error } from './errors.ts';
import type { Cause, Reason } from './events.ts';
import { byteRange } from './range.ts';
import { header, type S3Request } from './request.ts';
import {
  checksumElements,
  checksumHeaders,
  quoteETag,
  versionHeader,
  xmlResponse,
  type Handler,
  type S3Response,
} from './response.ts';
import type { S3Storage } from './storage.ts';

const STORED_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

export function objectHandlers(
  storage: S3Storage,
): Record<'putObject' | 'copyObject' | 'getObject' | 'getObjectTagging' | 'headObject' | 'deleteObject', Handler> {
  const deleteObject: Handler = async (request) => {
    const bucket = await storage.bucket(request.bucket);
    const id = request.query.get('versionId');
    const cause = causeOf(request, 'DeleteObject');
    if (id !== null) {
      const removed = await storage.deleteVersion(bucket, request.key, id, cause);
      const marker = removed && !removed.content ? { 'x-amz-delete-marker': 'true' } : {};
      return { status: 204, headers: { ...(id !== 'null' && { 'x-amz-version-id': id }), ...marker } };
    }
    const deleted = await storage.deleteObject(bucket, request.key, cause);
    if (!deleted || !bucket.versioning) return { status: 204 };
    return { status: 204, headers: { ...versionHeader(deleted), 'x-amz-delete-marker': 'true' } };
  };

  return {
    putObject: (request) => putObject(storage, request),
    getObjectTagging: (request) => getObjectTagging(storage, request),
    copyObject: (request) => copyObject(storage, request),
    getObject: (request) => readObject(storage, request, true),
    headObject: (request) => readObject(storage, request, false),
    deleteObject,
  };
}

const putObject = async (storage: S3Storage, request: S3Request) => {
  const bucket = await storage.bucket(request.bucket);
  const condition = writeCondition(request);
  const { blob, value } = await storage.blobs.create(async (path) => receiveBody(request, path));
  const content: Content = {
    blob,
    size: value.size,
    etag: value.md5,
    ...(value.checksum && { checksum: { ...value.checksum, type: 'FULL_OBJECT' as const } }),
    headers: storedHeaders(request),
    ...tagsOf(request),
  };
  const version = await commitOrRemoveBlob(storage, content, () =>
    storage.put({ bucket, key: request.key, content, condition, cause: causeOf(request, 'PutObject') }),
  );
  return {
    status: 200,
    headers: { etag: quoteETag(content.etag), ...versionHeader(version), ...checksumHeaders(content) },
  };
};

const copyObject = async (storage: S3Storage, request: S3Request) => {
  const bucket = await storage.bucket(request.bucket);
  const condition = writeCondition(request);
  const source = await findVersion(storage, copySourceOf(request));
  checkReadConditions(request, source, 'x-amz-copy-source-');
  const replace = header(request, 'x-amz-metadata-directive') === 'REPLACE';
  const content = {
    ...source.content,
    blob: await storage.blobs.copy(source.content.blob),
    ...(replace && { headers: storedHeaders(request) }),
    ...(header(request, 'x-amz-tagging-directive') === 'REPLACE' && { tags: '', ...tagsOf(request) }),
  };
  const version = await commitOrRemoveBlob(storage, content, () =>
    storage.put({ bucket, key: request.key, content, condition, cause: causeOf(request, 'CopyObject') }),
  );
  const result = { LastModified: version.modified, ETag: quoteETag(content.etag), ...checksumElements(content) };
  return xmlResponse('CopyObjectResult', result, versionHeader(version));
};

/** `missing` is a blob that was not found before. */
const readObject = async (
  storage: S3Storage,
  request: S3Request,
  withBody: boolean,
  missing?: string,
): Promise<S3Response> => {
  if ((request.query.get('partNumber') ?? '1') !== '1') {
    throw new S3Error('NotImplemented', 'Reading one part of an object is not implemented by the local S3.');
  }
  const { bucket, key, query } = request;
  const version = await findVersion(storage, { bucket, key, versionId: query.get('versionId') });
  const { content } = version;
  const common = {
    etag: quoteETag(content.etag),
    'last-modified': new Date(version.modified).toUTCString(),
    ...versionHeader(version),
  };
  if (checkReadConditions(request, version) === 'not modified') return { status: 304, headers: common };

  const range = byteRange(header(request, 'range'), content.size);
  const wantsChecksum = header(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  const headers = {
    'content-type': 'binary/octet-stream',
    ...content.headers,
    ...responseOverrides(query),
    ...common,
    ...(content.tags && { 'x-amz-tagging-count': String(tagsIn(content).length) }),
    'accept-ranges': 'bytes',
    'content-length': String(range ? range.end - range.start + 1 : content.size),
    ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${content.size}` }),
    // A client would check the whole object's checksum against the range, and refuse it.
    ...(wantsChecksum && !range && checksumHeaders(content)),
  };
  const status = range ? 206 : 200;
  if (!withBody) return { status, headers };
  const file = await storage.blobs.open(content).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && content.blob !== missing) return undefined;
    throw error;
  });
  // The object was replaced since it was looked up.
  if (!file) return readObject(storage, request, withBody, content.blob);
  return { status, headers, body: file.createReadStream(range ?? { start: 0 }) };
};

const getObjectTagging = async (storage: S3Storage, { bucket, key, query }: S3Request) => {
  const version = await findVersion(storage, { bucket, key, versionId: query.get('versionId') });
  const tags = tagsIn(version.content).map(([name, value]) => ({ Key: name, Value: value }));
  return xmlResponse('Tagging', { TagSet: { Tag: tags } }, versionHeader(version));
};

const tagsIn = ({ tags = '' }: Content) => [...new URLSearchParams(tags)];

/** The tags that an upload gives its object. */
export function tagsOf(request: S3Request): { tags?: string } {
  const tags = header(request, 'x-amz-tagging');
  return tags === undefined ? {} : { tags };
}

/** Finds the current version or the given one. Throws S3's error if there is none or it is a delete marker. */
export async function findVersion(
  storage: S3Storage,
  address: { bucket: string; key: string; versionId: string | null },
): Promise<ObjectVersion & { content: Content }> {
  await storage.bucket(address.bucket);
  if (address.versionId === null) {
    const version = await currentVersion(storage.catalog, address.bucket, address.key);
    if (version?.content) return { ...version, content: version.content };
    const marker = version && { ...versionHeader(version), 'x-amz-delete-marker': 'true' };
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', marker);
  }
  const version = (await versionsOf(storage.catalog, address.bucket, address.key)).find(
    (one) => one.versionId === address.versionId,
  );
  if (!version) throw new S3Error('NoSuchVersion', 'The specified version does not exist.');
  if (version.content) return { ...version, content: version.content };
  const headers = { ...versionHeader(version), 'x-amz-delete-marker': 'true', allow: 'DELETE' };
  throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', headers);
}

/** Deletes the content's blob if the commit is refused. */
export async function commitOrRemoveBlob<T>(storage: S3Storage, content: Content, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    await storage.blobs.remove([content.blob]);
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
    if (value !== undefined && (STORED_HEADERS.includes(name) || name.startsWith('x-amz-meta-'))) kept[name] = value;
  }
  const encoding = kept['content-encoding']
    ?.split(',')
    .filter((one) => one.trim() !== 'aws-chunked')
    .join(',');
  if (encoding) return { ...kept, 'content-encoding': encoding };
  delete kept['content-encoding'];
  return kept;
}

function responseOverrides(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    STORED_HEADERS.flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function copySourceOf(request: S3Request): { bucket: string; key: string; versionId: string | null } {
  const text = (header(request, 'x-amz-copy-source') ?? '').replace(/^\//, '');
  const [path = '', versionId] = text.split('?versionId=');
  try {
    const decoded = decodeURIComponent(path).replace(/^\//, '');
    const slash = decoded.indexOf('/');
    if (slash > 0)
      return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId: versionId ?? null };
  } catch {
    // Any other unreadable copy source is the same error.
  }
  throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
}
