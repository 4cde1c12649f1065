import aws4 from 'aws4';
import type { FaceRecord, PhotoRecord } from '../../../schemas/records.ts';
import { copyKeyOf } from '../pictures/copies-in-bucket.ts';
import { PORTRAIT_SIZE, type Size } from '../pictures/pictures.ts';
import { contentTypeOf, type NewObject, type Signer, type StoredPortrait, type UploadAddress } from '../signer.ts';

export interface BucketSignerOptions {
  /** Of the bucket: `https://rollcall-….s3.eu-west-1.amazonaws.com`. */
  readonly bucketUrl: string;
  readonly region: string;
  /** An address is valid no longer than they are. */
  readonly credentials: aws4.Credentials;
  readonly now: () => Date;
}

/** How long an address is valid, in seconds. */
const VALID = 3 * 3600;
/** Addresses that are given within this time are the same, so that a browser finds what it keeps. In milliseconds. */
const ROUND = 3_600_000;
/** How long a browser may keep a picture: short, because people can be forgotten. */
const KEEP = { 'response-cache-control': 'private, max-age=600' };

/**
 * Presigned addresses of the bucket, so that pictures and uploads pass neither the API nor its limits of size. Without
 * the SDK's presigner, which takes a millisecond or more for each, and a page has thousands of faces.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export class BucketSigner implements Signer {
  readonly #options: BucketSignerOptions;

  constructor(options: BucketSignerOptions) {
    this.#options = options;
  }

  /** Of a copy that may not be made yet: GET /api/pictures makes it. */
  picture(photo: PhotoRecord, size: Size): string {
    return this.#read(copyKeyOf(photo, size), { ...KEEP, 'response-content-type': 'image/jpeg' });
  }

  /** Of a copy that may not be made yet: GET /api/portraits makes it. */
  portrait(portrait: StoredPortrait): string {
    return this.#read(copyKeyOf(portrait, PORTRAIT_SIZE), { ...KEEP, 'response-content-type': 'image/jpeg' });
  }

  crop({ crop_key }: FaceRecord & { readonly crop_key: string }): string {
    return this.#read(crop_key, { ...KEEP, 'response-content-type': 'image/jpeg' });
  }

  result({ processed_key }: PhotoRecord & { readonly processed_key: string }): string {
    return this.#read(processed_key, { 'response-content-type': 'application/json' });
  }

  /** The signature covers the size, so that nothing else can be sent. */
  upload({ key, type, size, metadata }: NewObject, now: Date): UploadAddress {
    const named = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
    const headers = { 'content-type': contentTypeOf(type), ...(Object.fromEntries(named) as Record<string, string>) };
    const signed = { ...headers, 'content-length': String(size) };
    return { url: this.#sign('PUT', key, {}, signed, now), headers };
  }

  /** No address of this API needs no token. */
  isSigned(): boolean {
    return false;
  }

  #read(key: string, query: Readonly<Record<string, string>>): string {
    const now = this.#options.now().getTime();
    return this.#sign('GET', key, query, {}, new Date(now - (now % ROUND)));
  }

  #sign(
    method: string,
    key: string,
    query: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
    at: Date,
  ): string {
    const { bucketUrl, region, credentials } = this.#options;
    const { origin, host, pathname } = new URL(bucketUrl);
    const path = `${pathname.replace(/\/$/, '')}/${key.split('/').map(encode).join('/')}`;
    const date = at.toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
    const params = new URLSearchParams({
      ...query,
      // As the SDK signs, so that the two can be compared.
      'x-id': method === 'GET' ? 'GetObject' : 'PutObject',
      'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
      'X-Amz-Date': date,
      'X-Amz-Expires': String(VALID),
    });
    const request = {
      service: 's3',
      region,
      method,
      host,
      path: `${path}?${params}`,
      headers: { ...headers, host },
      signQuery: true,
    };
    return origin + aws4.sign(request, credentials).path;
  }
}

/** As S3 encodes a key. */
const encode = (part: string) =>
  encodeURIComponent(part).replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
