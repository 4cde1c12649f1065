import { S3Error } from './errors.ts';
import type { Content, ObjectVersion } from './catalog.ts';
import { header, type S3Request } from './request.ts';

/** If-None-Match: * and If-Match of a write. */
export function writeGuard(request: S3Request): (before: ObjectVersion | undefined) => void {
  const noneMatch = header(request, 'if-none-match');
  const match = header(request, 'if-match');
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented');
  }
  return (before) => {
    if (noneMatch !== undefined && before?.content) throw failed();
    if (match === undefined) return;
    if (!before?.content) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    if (!names(match, before.content.etag)) throw failed();
  };
}

/** The conditions of a read, whose precedence is RFC 9110's; a copy's have a prefix. */
export function checkRead(
  request: S3Request,
  version: ObjectVersion & { content: Content },
  prefix: '' | 'x-amz-copy-source-' = '',
): 'not modified' | undefined {
  const condition = (name: string) => header(request, prefix + name);
  const { etag } = version.content;
  // HTTP dates have whole seconds.
  const modified = Math.floor(Date.parse(version.modified) / 1000) * 1000;

  const match = condition('if-match');
  const unmodifiedSince = Date.parse(condition('if-unmodified-since') ?? '');
  if (match === undefined ? modified > unmodifiedSince : !names(match, etag)) throw failed();

  const noneMatch = condition('if-none-match');
  const modifiedSince = Date.parse(condition('if-modified-since') ?? '');
  const same = noneMatch === undefined ? modified <= modifiedSince : names(noneMatch, etag);
  if (same && prefix !== '') throw failed();
  return same ? 'not modified' : undefined;
}

function names(list: string, etag: string): boolean {
  return list.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^"|"$/g, '') === etag);
}

function failed(): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
}
