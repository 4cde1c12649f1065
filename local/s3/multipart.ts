import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { del } from '../store.ts';
import { receiveBody } from './body.ts';
import { readXml } from './buckets.ts';
import type { Content, Upload, UploadedPart } from './catalog.ts';
import { ALGORITHMS, checksum, checksumOf, type Algorithm } from './checksums.ts';
import { writeCondition } from './conditions.ts';
import { S3Error } from './errors.ts';
import { causeOf, commitOrRemoveBlob, storedHeaders, tagsOf } from './objects.ts';
import { header, type S3Request } from './request.ts';
import { checksumElements, quoteETag, versionHeader, xmlResponse, type Handler } from './response.ts';
import type { S3Storage } from './storage.ts';
import { innerXml, elementText } from './xml.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 1024 * 1024;

export function multipartHandlers(
  storage: S3Storage,
): Record<
  'createMultipartUpload' | 'uploadPart' | 'completeMultipartUpload' | 'abortMultipartUpload' | 'listParts',
  Handler
> {
  return {
    createMultipartUpload: (request) => createMultipartUpload(storage, request),
    uploadPart: (request) => uploadPart(storage, request),
    completeMultipartUpload: (request) => completeMultipartUpload(storage, request),
    abortMultipartUpload: async (request) => {
      const { id } = await findUpload(storage, request);
      const parts = await partsOf(storage, id);
      await storage.catalog.store.batch(deletionsOf(storage, id, parts));
      await storage.blobs.remove(parts.map((part) => part.blob));
      return { status: 204 };
    },
    listParts: (request) => listParts(storage, request),
  };
}

const createMultipartUpload = async (storage: S3Storage, request: S3Request) => {
  await storage.bucket(request.bucket);
  const algorithm = ALGORITHMS.find((name) => name === header(request, 'x-amz-checksum-algorithm')?.toLowerCase());
  const checksumType =
    header(request, 'x-amz-checksum-type') ?? (algorithm === 'crc64nvme' ? 'FULL_OBJECT' : algorithm && 'COMPOSITE');
  const id = storage.newId();
  await storage.catalog.uploads.put(id, {
    bucket: request.bucket,
    key: request.key,
    started: storage.now().toISOString(),
    headers: storedHeaders(request),
    ...tagsOf(request),
    ...(algorithm && { algorithm, checksumType: checksumType === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE' }),
  });
  return xmlResponse('InitiateMultipartUploadResult', { Bucket: request.bucket, Key: request.key, UploadId: id });
};

const uploadPart = async (storage: S3Storage, request: S3Request) => {
  const { id } = await findUpload(storage, request);
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`);
  }
  const { blob, value } = await storage.blobs.create((path) => receiveBody(request, path));
  const part: UploadedPart = {
    number,
    blob,
    size: value.size,
    etag: value.md5,
    modified: storage.now().toISOString(),
    ...(value.checksum && { checksum: value.checksum }),
  };
  const replaced = await storage.catalog.parts.get(partIndexKey(id, number));
  await storage.catalog.parts.put(partIndexKey(id, number), part);
  if (replaced) await storage.blobs.remove([replaced.blob]);
  const sum = part.checksum && { [`x-amz-checksum-${part.checksum.algorithm}`]: part.checksum.value };
  return { status: 200, headers: { etag: quoteETag(part.etag), ...sum } };
};

const completeMultipartUpload = async (storage: S3Storage, request: S3Request) => {
  const bucket = await storage.bucket(request.bucket);
  const condition = writeCondition(request);
  const { id, upload } = await findUpload(storage, request);
  const uploaded = await partsOf(storage, id);
  const parts = selectParts(await readXml(request), uploaded);
  const content = await assemble(storage, upload, parts);
  const version = await commitOrRemoveBlob(storage, content, () =>
    storage.put({
      bucket,
      key: request.key,
      content,
      condition,
      cause: causeOf(request, 'CompleteMultipartUpload'),
      also: deletionsOf(storage, id, uploaded),
    }),
  );
  await storage.blobs.remove(uploaded.map((part) => part.blob));
  const { bucket: name, key } = upload;
  const result = { Location: `/${name}/${key}`, Bucket: name, Key: key, ETag: quoteETag(content.etag) };
  return xmlResponse(
    'CompleteMultipartUploadResult',
    { ...result, ...checksumElements(content) },
    versionHeader(version),
  );
};

const listParts = async (storage: S3Storage, request: S3Request) => {
  const { id, upload } = await findUpload(storage, request);
  const after = Number(request.query.get('part-number-marker') ?? 0);
  const limit = Math.min(Number(request.query.get('max-parts') ?? 1000), 1000);
  const all = (await partsOf(storage, id)).filter((part) => part.number > after);
  const page = all.slice(0, limit);
  return xmlResponse('ListPartsResult', {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: id,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.number ?? after,
    MaxParts: limit,
    IsTruncated: all.length > page.length,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: part.modified,
      ETag: quoteETag(part.etag),
      Size: part.size,
      ...(part.checksum && { [`Checksum${part.checksum.algorithm.toUpperCase()}`]: part.checksum.value }),
    })),
  });
};

async function findUpload(storage: S3Storage, request: S3Request): Promise<{ id: string; upload: Upload }> {
  const id = request.query.get('uploadId') ?? '';
  const upload = await storage.catalog.uploads.get(id);
  if (upload?.bucket === request.bucket && upload.key === request.key) return { id, upload };
  throw new S3Error('NoSuchUpload', 'The specified upload does not exist. It may have been aborted or completed.');
}

/** Checks, as S3 does, the parts that the client lists. They may be fewer than it sent. */
function selectParts(body: string, uploaded: readonly UploadedPart[]): UploadedPart[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const parts = innerXml(body, 'Part').map((listed) => {
    const part = byNumber.get(Number(elementText(listed, 'PartNumber')));
    const etag = elementText(listed, 'ETag')?.replaceAll('"', '');
    const sum = part?.checksum && elementText(listed, `Checksum${part.checksum.algorithm.toUpperCase()}`);
    if (part && part.etag === etag && (sum === undefined || sum === part.checksum?.value)) return part;
    throw new S3Error(
      'InvalidPart',
      'One or more of the specified parts could not be found or its ETag did not match.',
    );
  });
  if (parts.length === 0) throw new S3Error('MalformedXML', 'You must specify at least one part');
  if (parts.some((part, at) => at > 0 && part.number <= (parts[at - 1]?.number ?? 0))) {
    throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
  }
  if (parts.slice(0, -1).some((part) => part.size < MIN_PART_BYTES)) {
    throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  }
  return parts;
}

async function assemble(storage: S3Storage, upload: Upload, parts: readonly UploadedPart[]): Promise<Content> {
  const { algorithm, checksumType } = upload;
  const whole = algorithm && checksumType === 'FULL_OBJECT' ? checksum(algorithm) : undefined;
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const part of parts) {
      for await (const chunk of createReadStream(storage.blobs.path(part.blob)) as AsyncIterable<Buffer>) {
        whole?.update(chunk);
        yield chunk;
      }
    }
  }
  const { blob } = await storage.blobs.create((path) => pipeline(bytes, createWriteStream(path)));
  const md5s = Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')));
  const value = whole ? whole.digest().toString('base64') : algorithm && compositeChecksum(algorithm, parts);
  return {
    blob,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`,
    ...(algorithm && checksumType && value !== undefined && { checksum: { algorithm, value, type: checksumType } }),
    headers: upload.headers,
    ...(upload.tags !== undefined && { tags: upload.tags }),
  };
}

/** The checksum of the parts' checksums; absent if a part has none. */
function compositeChecksum(algorithm: Algorithm, parts: readonly UploadedPart[]): string | undefined {
  const sums = parts.flatMap(({ checksum: sum }) =>
    sum?.algorithm === algorithm ? Buffer.from(sum.value, 'base64') : [],
  );
  if (sums.length < parts.length) return undefined;
  return `${checksumOf(algorithm, Buffer.concat(sums)).toString('base64')}-${parts.length}`;
}

function deletionsOf(storage: S3Storage, id: string, parts: readonly UploadedPart[]) {
  return [
    del(storage.catalog.uploads, id),
    ...parts.map((part) => del(storage.catalog.parts, partIndexKey(id, part.number))),
  ];
}

async function partsOf(storage: S3Storage, id: string): Promise<UploadedPart[]> {
  return storage.catalog.parts.values({ gt: partIndexKey(id, 0), lte: partIndexKey(id, MAX_PARTS) }).all();
}

function partIndexKey(id: string, number: number): string {
  return `${id}/${String(number).padStart(5, '0')}`;
}

export function uploadIdOf(entry: string): string {
  return entry.slice(0, entry.lastIndexOf('/'));
}
