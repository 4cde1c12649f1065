import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { checksumElements, quoted, versionHeader, xml, type Handler } from './answer.ts';
import { receive } from './body.ts';
import { readXml } from './buckets.ts';
import type { Content, Upload, UploadedPart } from './catalog.ts';
import { ALGORITHMS, checksum, checksumOf, type Algorithm } from './checksums.ts';
import { writeGuard } from './conditions.ts';
import { S3Error } from './errors.ts';
import { causeOf, commit, storedHeaders } from './objects.ts';
import { header, type S3Request } from './request.ts';
import type { Shelf } from './shelf.ts';
import { del } from '../store.ts';
import { inner, textOf } from './xml.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 1024 * 1024;

export function multipartHandlers(shelf: Shelf): Record<'create' | 'upload' | 'complete' | 'abort' | 'list', Handler> {
  return {
    create: (request) => create(shelf, request),
    upload: (request) => uploadPart(shelf, request),
    complete: (request) => complete(shelf, request),
    abort: async (request) => {
      const { id } = await find(shelf, request);
      const parts = await partsOf(shelf, id);
      await shelf.catalog.store.batch(closing(shelf, id, parts));
      await shelf.blobs.remove(parts.map((part) => part.blob));
      return { status: 204 };
    },
    list: (request) => listParts(shelf, request),
  };
}

const create = async (shelf: Shelf, request: S3Request) => {
  await shelf.bucket(request.bucket);
  const algorithm = ALGORITHMS.find((name) => name === header(request, 'x-amz-checksum-algorithm')?.toLowerCase());
  const checksumType =
    header(request, 'x-amz-checksum-type') ?? (algorithm === 'crc64nvme' ? 'FULL_OBJECT' : algorithm && 'COMPOSITE');
  const id = shelf.newId();
  await shelf.catalog.uploads.put(id, {
    bucket: request.bucket,
    key: request.key,
    started: shelf.now().toISOString(),
    headers: storedHeaders(request),
    ...(algorithm && { algorithm, checksumType: checksumType === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE' }),
  });
  return xml('InitiateMultipartUploadResult', { Bucket: request.bucket, Key: request.key, UploadId: id });
};

const uploadPart = async (shelf: Shelf, request: S3Request) => {
  const { id } = await find(shelf, request);
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`);
  }
  const { blob, value } = await shelf.blobs.make((path) => receive(request, path));
  const part: UploadedPart = {
    number,
    blob,
    size: value.size,
    etag: value.md5,
    modified: shelf.now().toISOString(),
    ...(value.checksum && { checksum: value.checksum }),
  };
  const replaced = await shelf.catalog.parts.get(partEntry(id, number));
  await shelf.catalog.parts.put(partEntry(id, number), part);
  if (replaced) await shelf.blobs.remove([replaced.blob]);
  const sum = part.checksum && { [`x-amz-checksum-${part.checksum.algorithm}`]: part.checksum.value };
  return { status: 200, headers: { etag: quoted(part.etag), ...sum } };
};

const complete = async (shelf: Shelf, request: S3Request) => {
  const bucket = await shelf.bucket(request.bucket);
  const guard = writeGuard(request);
  const { id, upload } = await find(shelf, request);
  const uploaded = await partsOf(shelf, id);
  const parts = chosen(await readXml(request), uploaded);
  const content = await assemble(shelf, upload, parts);
  const version = await commit(shelf, content, () =>
    shelf.put({
      bucket,
      key: request.key,
      content,
      guard,
      cause: causeOf(request, 'CompleteMultipartUpload'),
      also: closing(shelf, id, uploaded),
    }),
  );
  await shelf.blobs.remove(uploaded.map((part) => part.blob));
  const { bucket: name, key } = upload;
  const result = { Location: `/${name}/${key}`, Bucket: name, Key: key, ETag: quoted(content.etag) };
  return xml('CompleteMultipartUploadResult', { ...result, ...checksumElements(content) }, versionHeader(version));
};

const listParts = async (shelf: Shelf, request: S3Request) => {
  const { id, upload } = await find(shelf, request);
  const after = Number(request.query.get('part-number-marker') ?? 0);
  const limit = Math.min(Number(request.query.get('max-parts') ?? 1000), 1000);
  const all = (await partsOf(shelf, id)).filter((part) => part.number > after);
  const page = all.slice(0, limit);
  return xml('ListPartsResult', {
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
      ETag: quoted(part.etag),
      Size: part.size,
      ...(part.checksum && { [`Checksum${part.checksum.algorithm.toUpperCase()}`]: part.checksum.value }),
    })),
  });
};

async function find(shelf: Shelf, request: S3Request): Promise<{ id: string; upload: Upload }> {
  const id = request.query.get('uploadId') ?? '';
  const upload = await shelf.catalog.uploads.get(id);
  if (upload?.bucket === request.bucket && upload.key === request.key) return { id, upload };
  throw new S3Error('NoSuchUpload', 'The specified upload does not exist. It may have been aborted or completed.');
}

/** The parts that the client lists, which may be fewer than it sent, checked as S3 does. */
function chosen(body: string, uploaded: readonly UploadedPart[]): UploadedPart[] {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const parts = inner(body, 'Part').map((listed) => {
    const part = byNumber.get(Number(textOf(listed, 'PartNumber')));
    const etag = textOf(listed, 'ETag')?.replaceAll('"', '');
    const sum = part?.checksum && textOf(listed, `Checksum${part.checksum.algorithm.toUpperCase()}`);
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

async function assemble(shelf: Shelf, upload: Upload, parts: readonly UploadedPart[]): Promise<Content> {
  const { algorithm, checksumType } = upload;
  const whole = algorithm && checksumType === 'FULL_OBJECT' ? checksum(algorithm) : undefined;
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const part of parts) {
      for await (const chunk of createReadStream(shelf.blobs.path(part.blob)) as AsyncIterable<Buffer>) {
        whole?.update(chunk);
        yield chunk;
      }
    }
  }
  const { blob } = await shelf.blobs.make((path) => pipeline(bytes, createWriteStream(path)));
  const md5s = Buffer.concat(parts.map((part) => Buffer.from(part.etag, 'hex')));
  const value = whole ? whole.digest().toString('base64') : algorithm && composite(algorithm, parts);
  return {
    blob,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`,
    ...(algorithm && checksumType && value !== undefined && { checksum: { algorithm, value, type: checksumType } }),
    headers: upload.headers,
  };
}

/** A checksum of the parts' checksums; absent when a part came without one. */
function composite(algorithm: Algorithm, parts: readonly UploadedPart[]): string | undefined {
  const sums = parts.flatMap(({ checksum: sum }) =>
    sum?.algorithm === algorithm ? Buffer.from(sum.value, 'base64') : [],
  );
  if (sums.length < parts.length) return undefined;
  return `${checksumOf(algorithm, Buffer.concat(sums)).toString('base64')}-${parts.length}`;
}

function closing(shelf: Shelf, id: string, parts: readonly UploadedPart[]) {
  return [del(shelf.catalog.uploads, id), ...parts.map((part) => del(shelf.catalog.parts, partEntry(id, part.number)))];
}

async function partsOf(shelf: Shelf, id: string): Promise<UploadedPart[]> {
  return shelf.catalog.parts.values({ gt: partEntry(id, 0), lte: partEntry(id, MAX_PARTS) }).all();
}

function partEntry(id: string, number: number): string {
  return `${id}/${String(number).padStart(5, '0')}`;
}

export function uploadOf(entry: string): string {
  return entry.slice(0, entry.lastIndexOf('/'));
}
