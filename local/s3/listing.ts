import { quoted, xml, type Handler } from './answer.ts';
import { S3Error } from './errors.ts';
import {
  pastKey,
  pastPrefix,
  prefixRange,
  versionEntry,
  versionsOf,
  type Catalog,
  type ObjectVersion,
} from './catalog.ts';
import type { S3Request } from './request.ts';
import type { Shelf } from './shelf.ts';
import type { Xml } from './xml.ts';

const MAX_KEYS = 1000;

interface Listed {
  readonly version: ObjectVersion;
  readonly latest: boolean;
}

interface Page {
  readonly listed: readonly Listed[];
  readonly prefixes: readonly string[];
  /** The last thing on the page, when more follows. */
  readonly last?: { readonly version: ObjectVersion } | { readonly prefix: string };
}

/** Walks versions in order from an entry on; what shares a prefix up to the delimiter counts once. */
async function walk(
  catalog: Catalog,
  options: {
    bucket: string;
    prefix: string;
    delimiter: string;
    limit: number;
    from: string;
    fromKey?: string;
    wanted: (one: Listed) => boolean;
  },
): Promise<Page> {
  const { bucket, prefix, delimiter, limit, wanted } = options;
  const range = prefixRange(bucket, prefix);
  const listed: Listed[] = [];
  const prefixes: string[] = [];
  let last: Page['last'];
  // A page that starts within a key's versions has its newest behind it.
  let key = options.fromKey;
  const iterator = catalog.versions.values({ gte: options.from > range.gte ? options.from : range.gte, lt: range.lt });
  try {
    for (let version = await iterator.next(); version; version = await iterator.next()) {
      const one = { version, latest: version.key !== key };
      key = version.key;
      if (!wanted(one)) continue;
      if (listed.length + prefixes.length === limit) return { listed, prefixes, ...(last && { last }) };
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      if (end === -1) {
        listed.push(one);
        last = { version };
      } else {
        const common = key.slice(0, end + delimiter.length);
        prefixes.push(common);
        last = { prefix: common };
        iterator.seek(pastPrefix(bucket, common));
      }
    }
  } finally {
    await iterator.close();
  }
  return { listed, prefixes };
}

export function listObjects(shelf: Shelf): Handler {
  return async (request) => {
    const { query } = request;
    const { name } = await shelf.bucket(request.bucket);
    const asked = parameters(request);
    const token = query.get('continuation-token');
    const startAfter = query.get('start-after');
    const from = token !== null ? fromToken(name, token) : startAfter !== null ? pastKey(name, startAfter) : '';
    // A key's newest version decides: an object, or a delete marker that hides it.
    const wanted = ({ version, latest }: Listed) => latest && version.content !== undefined;
    const page =
      asked.limit === 0
        ? { listed: [], prefixes: [] }
        : await walk(shelf.catalog, { bucket: name, ...asked, from, wanted });
    return xml('ListBucketResult', {
      Name: name,
      Prefix: asked.encode(asked.prefix),
      Delimiter: asked.delimiter === '' ? undefined : asked.encode(asked.delimiter),
      MaxKeys: asked.limit,
      EncodingType: asked.encoding,
      KeyCount: page.listed.length + page.prefixes.length,
      IsTruncated: page.last !== undefined,
      ContinuationToken: token ?? undefined,
      NextContinuationToken: page.last && toToken(page.last),
      StartAfter: startAfter === null ? undefined : asked.encode(startAfter),
      Contents: page.listed.map(({ version }) => ({ Key: asked.encode(version.key), ...described(version) })),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: asked.encode(prefix) })),
    });
  };
}

export function listVersions(shelf: Shelf): Handler {
  return async (request) => {
    const { name } = await shelf.bucket(request.bucket);
    const asked = parameters(request);
    const keyMarker = request.query.get('key-marker') ?? '';
    const idMarker = request.query.get('version-id-marker') ?? '';
    const from = await fromMarkers(shelf.catalog, name, { ...asked, keyMarker, idMarker });
    const options = {
      bucket: name,
      ...asked,
      from,
      wanted: () => true,
      ...(idMarker !== '' && { fromKey: keyMarker }),
    };
    const page = asked.limit === 0 ? { listed: [], prefixes: [] } : await walk(shelf.catalog, options);
    const entry = ({ version, latest }: Listed): Xml => ({
      Key: asked.encode(version.key),
      VersionId: version.versionId,
      IsLatest: latest,
      ...described(version),
    });
    return xml('ListVersionsResult', {
      Name: name,
      Prefix: asked.encode(asked.prefix),
      KeyMarker: asked.encode(keyMarker),
      VersionIdMarker: idMarker,
      Delimiter: asked.delimiter === '' ? undefined : asked.encode(asked.delimiter),
      MaxKeys: asked.limit,
      EncodingType: asked.encoding,
      IsTruncated: page.last !== undefined,
      ...(page.last && nextMarkers(page.last, asked.encode)),
      Version: page.listed.filter(({ version }) => version.content).map(entry),
      DeleteMarker: page.listed.filter(({ version }) => !version.content).map(entry),
      CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: asked.encode(prefix) })),
    });
  };
}

function parameters({ query }: S3Request) {
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

function described(version: ObjectVersion): Xml {
  const { content } = version;
  return {
    LastModified: version.modified,
    ...(content && {
      ETag: quoted(content.etag),
      Size: content.size,
      StorageClass: 'STANDARD',
      ...(content.checksum && {
        ChecksumAlgorithm: content.checksum.algorithm.toUpperCase(),
        ChecksumType: content.checksum.type,
      }),
    }),
  };
}

function toToken(last: NonNullable<Page['last']>): string {
  const place = 'prefix' in last ? { prefix: last.prefix } : { key: last.version.key };
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function fromToken(bucket: string, token: string): string {
  try {
    const place = JSON.parse(Buffer.from(token, 'base64url').toString()) as { prefix?: string; key?: string };
    if (typeof place.prefix === 'string') return pastPrefix(bucket, place.prefix);
    if (typeof place.key === 'string') return pastKey(bucket, place.key);
  } catch {
    // Not one of ours: answered as any other.
  }
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
}

function nextMarkers(last: NonNullable<Page['last']>, encode: (text: string) => string): Xml {
  if ('prefix' in last) return { NextKeyMarker: encode(last.prefix) };
  return { NextKeyMarker: encode(last.version.key), NextVersionIdMarker: last.version.versionId };
}

async function fromMarkers(
  catalog: Catalog,
  bucket: string,
  asked: { keyMarker: string; idMarker: string; delimiter: string },
): Promise<string> {
  const { keyMarker, idMarker, delimiter } = asked;
  if (keyMarker === '') return '';
  if (idMarker !== '') {
    const marked = (await versionsOf(catalog, bucket, keyMarker)).find((version) => version.versionId === idMarker);
    if (!marked) throw new S3Error('InvalidArgument', 'Invalid version id specified');
    return `${versionEntry(bucket, marked)}+`;
  }
  return delimiter !== '' && keyMarker.endsWith(delimiter) ? pastPrefix(bucket, keyMarker) : pastKey(bucket, keyMarker);
}
