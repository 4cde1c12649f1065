import type { ReadStream } from 'node:fs';
import type { Content, ObjectVersion } from './catalog.ts';
import type { S3Request } from './request.ts';
import { xmlDocument, type Xml } from './xml.ts';

export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | ReadStream;
}

export type Handler = (request: S3Request) => Promise<S3Response>;

export function xmlResponse(root: string, content: Xml | string, headers: Record<string, string> = {}): S3Response {
  return { status: 200, headers: { ...headers, 'content-type': 'application/xml' }, body: xmlDocument(root, content) };
}

export function quoteETag(etag: string): string {
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

/** `<ChecksumCRC32>…`, as in the results of CopyObject and CompleteMultipartUpload. */
export function checksumElements(content: Content): Xml {
  if (!content.checksum) return {};
  const { algorithm, value, type } = content.checksum;
  return { [`Checksum${algorithm.toUpperCase()}`]: value, ChecksumType: type };
}
