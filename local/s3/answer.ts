import type { ReadStream } from 'node:fs';
import type { Content, ObjectVersion } from './catalog.ts';
import type { S3Request } from './request.ts';
import { document, type Xml } from './xml.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadStream;
}

export type Handler = (request: S3Request) => Promise<Answer>;

export function xml(root: string, content: Xml | string, headers: Record<string, string> = {}): Answer {
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body: document(root, content) };
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function versionHeader(version: ObjectVersion): Record<string, string> {
  return version.versionId === 'null' ? {} : { 'x-amz-version-id': version.versionId };
}

export function checksumHeaders(content: Content): Record<string, string> {
  if (!content.checksum) return {};
  const { algorithm, value, type } = content.checksum;
  return { [`x-amz-checksum-${algorithm}`]: value, 'x-amz-checksum-type': type };
}

/** `<ChecksumCRC32>…`, as CopyObject and CompleteMultipartUpload answer. */
export function checksumElements(content: Content): Xml {
  if (!content.checksum) return {};
  const { algorithm, value, type } = content.checksum;
  return { [`Checksum${algorithm.toUpperCase()}`]: value, ChecksumType: type };
}
