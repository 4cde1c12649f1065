import {
  afterKey,
  afterPrefix,
  prefixRange,
  versionIndexKey,
  versionsOf,
  type Catalog,
  type ObjectVersion,
} from './catalog.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';
import { quoteETag, xmlResponse, type Handler } from './response.ts';
import type { S3Storage } from './storage.ts';
import type { Xml } from './xml.ts';

const MAX_KEYS = 1000;

interface ListedVersion {
  readonly version: ObjectVersion;
  readonly isLatest: boolean;
}

interface Page {
  readonly versions: readonly ListedVersion[];
  readonly prefixes: readonly string[];
  /** The last entry of the page, if more follow. */
  readonly last?: { readonly version: ObjectVersion } | { readonly prefix: string };
}

/**
 * Reads a page of versions in order, starting at an index key. Keys with a common prefix up to the delimiter count
 * once.
 */
async function readPage(
  catalog: Catalog,
  options: {
    bucket: string;
    prefix: string;
    delimiter: string;
    limit: number;
    from: string;
    fromKey?: string;
    include: (one: ListedVersion) => boolean;
  },
): Promise<Page> {
  const { bucket, prefix, delimiter, limit, include } = options;
  const range = prefixRange(bucket, prefix);
  const versions: ListedVersion[] = [];
  const prefixes: string[] = [];
  let last: Page['last'];
  // A page that starts among a key's versions comes after that key's newest version.
  let key = options.fromKey;
  const iterator = catalog.versions.values({ gte: options.from > range.gte ? options.from : range.gte, lt: range.lt });
  try {
    for (let version = await iterator.next(); version; version = await iterator.next()) {
      const one = { version, isLatest: version.key !== key };
      key = version.key;
      if (!include(one)) continue;
      if (versions.length + prefixes.length === limit) return { versions, prefixes, ...(last && { last }) };
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (end === -1) {
        versions.push(one);
        last = { version };
      } else {
        const common = key.slice(0, end + delimiter.length);
        prefixes.push(common);
        last = { prefix: common };
        iterator.seek(afterPrefix(bucket, common));
      }
    }
  } finally {
    await iterator.close();
  }
  return { versions, prefixes };
}

export function listObjects(storage: S3Storage): Handler {
  return async (request) => {
    const { query } = request;
    const { name } = await storage.bucket(request.bucket);
    const parameters = readParameters(request);
    const token = query.get('continuation-token');
    const startAfter = query.get('start-after');
    const from = token !== null ? startAfterToken(name, token) : startAfter !== null ? afterKey(name, startAfter) : '';
    // Only a key's newest version counts: an object, or a delete marker that hides it.
    const include = ({ version, isLatest }: ListedVersion) => isLatest && version.content !== undefined;
    const page =
      parameters.limit === 0
        ? { versions: [], prefixes: [] }
        : await readPage(storage.catalog, { bucket: name, ...parameters, from, include });
    return xmlResponse('ListBucketResult', {
      Name: name,
      Prefix: parameters.encode(parameters.prefix),
      Delimiter: parameters.delimiter === '' ? undefined : parameters.encode(parameters.delimiter),
      MaxKeys: parameters.limit,
      EncodingType: parameters.encoding,
      KeyCount: page.versions.length + page.prefixes.length,
      IsTruncated: page.last !== undefined,
      ContinuationToken: token ?? undefined,
      NextContinuationToken: page.last && encodeToken(page.last),
      StartAfter: startAfter === null ? undefined : parameters.encode(startAfter),
      Contents: page.versions.map(({ version }) => ({
        Key: parameters.encode(version.key),
        ...objectElements(version),
      })),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: parameters.encode(prefix) })),
    });
  };
}

export function listVersions(storage: S3Storage): Handler {
  return async (request) => {
    const { name } = await storage.bucket(request.bucket);
    const parameters = readParameters(request);
    const keyMarker = request.query.get('key-marker') ?? '';
    const idMarker = request.query.get('version-id-marker') ?? '';
    const from = await startAfterMarkers(storage.catalog, name, { ...parameters, keyMarker, idMarker });
    const options = {
      bucket: name,
      ...parameters,
      from,
      include: () => true,
      ...(idMarker !== '' && { fromKey: keyMarker }),
    };
    const page = parameters.limit === 0 ? { versions: [], prefixes: [] } : await readPage(storage.catalog, options);
    const entry = ({ version, isLatest }: ListedVersion): Xml => ({
      Key: parameters.encode(version.key),
      VersionId: version.versionId,
      IsLatest: isLatest,
      ...objectElements(version),
    });
    return xmlResponse('ListVersionsResult', {
      Name: name,
      Prefix: parameters.encode(parameters.prefix),
      KeyMarker: parameters.encode(keyMarker),
      VersionIdMarker: idMarker,
      Delimiter: parameters.delimiter === '' ? undefined : parameters.encode(parameters.delimiter),
      MaxKeys: parameters.limit,
      EncodingType: parameters.encoding,
      IsTruncated: page.last !== undefined,
      ...(page.last && nextMarkers(page.last, parameters.encode)),
      Version: page.versions.filter(({ version }) => version.content).map(entry),
      DeleteMarker: page.versions.filter(({ version }) => !version.content).map(entry),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: parameters.encode(prefix) })),
    });
  };
}

function readParameters({ query }: S3Request) {
  const limit = Number(query.get('max-keys') ?? MAX_KEYS);
  if (!Number.isInteger(limit) || limit < 0)
    throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  const encoding = query.get('encoding-type') ?? undefined;
  if (encoding !== undefined && encoding !== 'url')
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: Math.min(limit, MAX_KEYS),
    encoding,
    encode: encoding ? (text: string) => encodeURIComponent(text).replaceAll('%2F', '/') : (text: string) => text,
  };
}

function objectElements(version: ObjectVersion): Xml {
  const { content } = version;
  return {
    LastModified: version.modified,
    ...(content && {
      ETag: quoteETag(content.etag),
      Size: content.size,
      StorageClass: 'STANDARD',
      ...(content.checksum && {
        ChecksumAlgorithm: content.checksum.algorithm.toUpperCase(),
        ChecksumType: content.checksum.type,
      }),
    }),
  };
}

function encodeToken(last: NonNullable<Page['last']>): string {
  const position = 'prefix' in last ? { prefix: last.prefix } : { key: last.version.key };
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function startAfterToken(bucket: string, token: string): string {
  try {
    const position = JSON.parse(Buffer.from(token, 'base64url').toString()) as { prefix?: string; key?: string };
    if (typeof position.prefix === 'string') return afterPrefix(bucket, position.prefix);
    if (typeof position.key === 'string') return afterKey(bucket, position.key);
  } catch {
    // Any other text is the same error.
  }
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
}

function nextMarkers(last: NonNullable<Page['last']>, encode: (text: string) => string): Xml {
  if ('prefix' in last) return { NextKeyMarker: encode(last.prefix) };
  return { NextKeyMarker: encode(last.version.key), NextVersionIdMarker: last.version.versionId };
}

async function startAfterMarkers(
  catalog: Catalog,
  bucket: string,
  parameters: { keyMarker: string; idMarker: string; delimiter: string },
): Promise<string> {
  const { keyMarker, idMarker, delimiter } = parameters;
  if (keyMarker === '') return '';
  if (idMarker !== '') {
    const marked = (await versionsOf(catalog, bucket, keyMarker)).find((version) => version.versionId === idMarker);
    if (!marked) throw new S3Error('InvalidArgument', 'Invalid version id specified');
    return `${versionIndexKey(bucket, marked)}+`;
  }
  return delimiter !== '' && keyMarker.endsWith(delimiter)
    ? afterPrefix(bucket, keyMarker)
    : afterKey(bucket, keyMarker);
}
