import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { FaceRecord, PhotoRecord } from '../../../schemas/records.ts';
import type { Size } from '../pictures/pictures.ts';
import { toSegment } from '../schemas/segment.ts';
import { contentTypeOf, type NewObject, type Signer, type StoredPortrait, type UploadAddress } from '../signer.ts';

/** How long an address may be sent to, in milliseconds: long enough for many large files over a slow line. */
const VALID_MS = 6 * 3_600_000;

/** Tells the versions of an object apart, so that a browser asks for a new one. */
const versionOf = (etag: string) => etag.slice(0, 12);

/** Signs addresses of the API itself. They are valid as long as the key is. */
export class OwnSigner implements Signer {
  readonly #key: KeyObject;

  constructor(key: string) {
    // As text, it would be read again for each address.
    this.#key = createSecretKey(key, 'utf8');
  }

  /** With the version, which is signed as well, so that the picture is found without its row. */
  picture({ image_id, etag, version_id }: PhotoRecord, size: Size): string {
    const version = version_id === undefined ? { v: versionOf(etag) } : { version: version_id };
    return this.sign(`/api/pictures/${toSegment(image_id)}`, { size, ...version });
  }

  portrait({ person_id, face_id, etag }: StoredPortrait): string {
    return this.sign(`/api/portraits/${person_id}/${face_id}`, { v: versionOf(etag) });
  }

  /** With the key, for the same reason. */
  crop({ image_id, face_index, crop_key }: FaceRecord & { readonly crop_key: string }): string {
    return this.sign(`/api/crops/${toSegment(image_id)}/${face_index}`, { key: crop_key });
  }

  result({ image_id, etag }: PhotoRecord): string {
    return this.sign(`/api/results/${toSegment(image_id)}`, { v: versionOf(etag) });
  }

  /** The page may connect to nothing else than this API, which passes the file on to the bucket. */
  upload({ key, type, metadata }: NewObject, now: Date): UploadAddress {
    const query = { until: String(now.getTime() + VALID_MS), metadata: JSON.stringify(metadata) };
    return {
      url: this.sign(`/api/uploads/${encodeURIComponent(key)}`, query),
      headers: { 'content-type': contentTypeOf(type) },
    };
  }

  /** The address with its signature. The version makes a browser ask again for what was replaced. */
  sign(path: string, query: Readonly<Record<string, string>>): string {
    // URLSearchParams takes several times as long, and a page of photos has a hundred addresses.
    const fields = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const address = `${path}?${fields.join('&')}`;
    return `${address}&signature=${this.#signatureOf(address)}`;
  }

  isSigned(pathAndQuery: string): boolean {
    const [address = '', signature = '', ...more] = pathAndQuery.split('&signature=');
    const expected = Buffer.from(this.#signatureOf(address));
    const given = Buffer.from(signature);
    return more.length === 0 && given.length === expected.length && timingSafeEqual(given, expected);
  }

  #signatureOf(address: string): string {
    return createHmac('sha256', this.#key).update(address).digest('hex').slice(0, 40);
  }
}
