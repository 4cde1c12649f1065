import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What the SDKs sign requests with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The secret that a request must carry. It is new at each start. */
export const newKey = (): string => randomBytes(24).toString('hex');

/** An access key names the caller and contains the key. SDKs send it unchanged with every signature. */
export const accessKeyId = (caller: string, key?: string): string => (key === undefined ? caller : `${caller}_${key}`);

/** The secret access key can be anything, because signatures are not checked: docs/decisions/010-access-key.md. */
export const SECRET_ACCESS_KEY = 'unused';

export const credentialsOf = (caller: string, key?: string): Credentials => ({
  accessKeyId: accessKeyId(caller, key),
  secretAccessKey: SECRET_ACCESS_KEY,
});

/** The caller and the key of a request's signature: in its Authorization header, or in the query if it is presigned. */
export function signerOf({ headers, url = '' }: IncomingMessage): { readonly caller: string; readonly key: string } {
  const signed =
    /Credential=([^/,\s]+)/.exec(headers.authorization ?? '') ?? /[?&]X-Amz-Credential=([^/%&]+)/.exec(url);
  const id = signed?.[1] ?? '';
  const end = id.lastIndexOf('_');
  return end === -1 ? { caller: id, key: '' } : { caller: id.slice(0, end), key: id.slice(end + 1) };
}

/** Compares hashes, because timingSafeEqual needs equal lengths. */
export function isSameKey(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
