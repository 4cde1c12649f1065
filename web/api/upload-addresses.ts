import type { Signer } from './signer.ts';

/** How long an address may be sent to, in milliseconds: long enough for many large files over a slow line. */
const VALID_MS = 6 * 3_600_000;

export interface UploadAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What may be sent to a key of the bucket, and where. */
export interface NewObject {
  readonly key: string;
  readonly type: string;
  /** Of the object, without the prefix `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Addresses of this API itself, because the page may connect to nothing else. */
export function uploadAddress(signer: Signer, { key, type, metadata }: NewObject, now: number): UploadAddress {
  const query = { until: String(now + VALID_MS), metadata: JSON.stringify(metadata) };
  return {
    url: signer.sign(`/api/uploads/${encodeURIComponent(key)}`, query),
    headers: { 'content-type': /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream' },
  };
}
