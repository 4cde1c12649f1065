import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ALGORITHMS, checksum, type Algorithm } from './checksums.ts';
import { decodeChunks } from './chunked.ts';
import { S3Error } from './errors.ts';
import { header, type S3Request } from './request.ts';

// One PutObject or UploadPart: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const MAX_BODY_BYTES = 5 * 1024 ** 3;

export interface ReceivedBody {
  readonly size: number;
  /** MD5 in hex: the ETag of an object or part. */
  readonly md5: string;
  readonly checksum?: { readonly algorithm: Algorithm; readonly value: string };
}

/** Streams a request's body into a file while hashing it, and checks its length and checksums against the headers. */
export async function receiveBody(request: S3Request, file: string): Promise<ReceivedBody> {
  const chunked = (header(request, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-');
  const declaredSize = header(request, chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (Number(declaredSize) > MAX_BODY_BYTES) throw entityTooLarge();

  const trailers = new Map<string, string>();
  const trailerNames = (header(request, 'x-amz-trailer') ?? '').split(',').map((name) => name.trim().toLowerCase());
  const algorithm = ALGORITHMS.find((name) =>
    [...trailerNames, ...Object.keys(request.headers)].includes(`x-amz-checksum-${name}`),
  );
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  const sum = algorithm && checksum(algorithm);
  let size = 0;

  // A body refused half way must leave the socket open, so that the error response can be sent.
  const raw: AsyncIterable<Buffer> = request.body.iterator({ destroyOnReturn: false });
  await pipeline(
    chunked ? decodeChunks(raw, trailers) : raw,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const bytes of source) {
        size += bytes.length;
        if (size > MAX_BODY_BYTES) throw entityTooLarge();
        md5.update(bytes);
        if (!chunked) sha256.update(bytes);
        sum?.update(bytes);
        yield bytes;
      }
    },
    createWriteStream(file),
  );

  if (declaredSize !== undefined && Number(declaredSize) !== size) {
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header.',
    );
  }
  const digest = md5.digest();
  const contentMd5 = header(request, 'content-md5');
  if (contentMd5 !== undefined && contentMd5 !== digest.toString('base64')) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const contentSha256 = header(request, 'x-amz-content-sha256') ?? '';
  if (/^[0-9a-f]{64}$/i.test(contentSha256) && contentSha256.toLowerCase() !== sha256.digest('hex')) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new S3Error('XAmzContentSHA256Mismatch', message);
  }
  if (!algorithm || !sum) return { size, md5: digest.toString('hex') };

  const name = `x-amz-checksum-${algorithm}`;
  const value = sum.digest().toString('base64');
  if ((header(request, name) ?? trailers.get(name)) !== value) {
    throw new S3Error(
      'BadDigest',
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    );
  }
  return { size, md5: digest.toString('hex'), checksum: { algorithm, value } };
}

function entityTooLarge(): S3Error {
  return new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
}
