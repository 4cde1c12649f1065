import { S3Error } from './errors.ts';

/** Both ends are inclusive. Undefined means the whole object: there is no range, or one that S3 ignores. */
export function byteRange(text: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [from, to] = [match[1], match[2]].map((digits) => (digits === '' ? undefined : Number(digits)));
  const start = from ?? Math.max(0, size - (to ?? 0));
  const end = Math.min(from === undefined || to === undefined ? size - 1 : to, size - 1);
  if (from !== undefined && to !== undefined && to < from) return undefined;
  if (start >= size || start > end) {
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', { 'content-range': `bytes */${size}` });
  }
  return { start, end };
}
