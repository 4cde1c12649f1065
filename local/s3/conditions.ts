import type { Content, ObjectVersion } from './catalog.ts';
import { S3Error } from './errors.ts';
import { header, type S3Request } from './request.ts';

/** Checks a write's `If-None-Match: *` and `If-Match` against the version that it would replace. */
export function writeCondition(request: S3Request): (before: ObjectVersion | undefined) => void {
  const noneMatch = header(request, 'if-none-match');
  const match = header(request, 'if-match');
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented');
  }
  return (before) => {
    if (noneMatch !== undefined && before?.content) throw preconditionFailed();
    if (match === undefined) return;
    if (!before?.content) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    if (!listsETag(match, before.content.etag)) throw preconditionFailed();
  };
}

/** Checks a read's conditions in the order of precedence of RFC 9110. A copy's header names have a prefix. */
export function checkReadConditions(
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
  if (match === undefined ? modified > unmodifiedSince : !listsETag(match, etag)) throw preconditionFailed();

  const noneMatch = condition('if-none-match');
  const modifiedSince = Date.parse(condition('if-modified-since') ?? '');
  const notModified = noneMatch === undefined ? modified <= modifiedSince : listsETag(noneMatch, etag);
  if (notModified && prefix !== '') throw preconditionFailed();
  return notModified ? 'not modified' : undefined;
}

function listsETag(list: string, etag: string): boolean {
  return list.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^"|"$/g, '') === etag);
}

function preconditionFailed(): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
}
