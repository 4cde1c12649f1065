import { createHash } from 'node:crypto';
import { PersonId } from '../../schemas/faces.ts';

/** S3's limit for a key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

export const INPUT = 'input/';
export const ENROLL = 'enroll/';

export const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 24);

/** A photo's id is its key without `input/`: readable, and different for different photos. */
export function imageIdOf(key: string): string {
  return key.startsWith(INPUT) ? key.slice(INPUT.length) : key;
}

/**
 * `input/image1.jpg` gives `processed/image1.json`. Every other name keeps its extension
 * (`image1.png` gives `image1.png.json`), so that no two photos share a JSON. A name without
 * any dot takes the one place that this rule leaves free: `image1` gives `image1.jpg.json`.
 */
export function processedKeyOf(imageId: string): string {
  const name = imageId.slice(imageId.lastIndexOf('/') + 1);
  const dot = name.indexOf('.');
  let path = imageId;
  if (dot === -1) path = `${imageId}.jpg`;
  else if (name.slice(dot) === '.jpg') path = imageId.slice(0, -'.jpg'.length);
  const key = `processed/${path}.json`;
  // The tilde marks a hash: a photo whose own name begins with one is hashed as well.
  const fits = Buffer.byteLength(key) <= MAX_KEY_BYTES && !imageId.startsWith('~');
  return fits ? key : `processed/~${hash(imageId)}.json`;
}

/** One version of one object has its own folder: two versions that race never read each other's work. */
export function workPrefixOf(key: string, etag: string, versionId = ''): string {
  return `work/${hash(key)}/${hash(`${etag} ${versionId}`)}/`;
}

/** Crops outlive `work/`: they are the faces that a person sees beside the results. */
export function cropKeyOf(workPrefix: string, index: number): string {
  return `faces/${workPrefix.slice('work/'.length)}${number(index)}.jpg`;
}

export const faceRecordOf = (index: number) => `face#${number(index)}`;
export const enrolmentRecordOf = (key: string) => `enrolment#${hash(key)}`;

const number = (index: number) => String(index).padStart(3, '0');

/** Sequencers are hexadecimal and may differ in length; padded, they compare as strings. */
export const paddedSequencer = (sequencer: string) => sequencer.toUpperCase().padStart(40, '0');

/**
 * A person's id is opaque to Rekognition (its ids allow no spaces and no letters beyond ASCII) and
 * the same for one name however it was typed: composed or not, in capitals or not, with spaces or underscores.
 */
export function personIdOf(name: string): PersonId {
  return PersonId.parse(`p_${hash(name.normalize('NFKC').toLowerCase())}`);
}

/** `enroll/John Doe/any.jpg` and `enroll/john_doe.jpg` both name John Doe. Undefined where there is no name. */
export function personNameOf(key: string): string | undefined {
  const path = key.slice(ENROLL.length);
  const slash = path.indexOf('/');
  const raw = slash === -1 ? path.replace(/\.[^.]*$/, '') : path.slice(0, slash);
  const name = raw.normalize('NFC').replaceAll('_', ' ').replaceAll(/\s+/g, ' ').trim();
  // oxlint-disable-next-line no-control-regex -- a control character in a name is a mistake, and breaks terminals.
  if (name === '' || name.length > 200 || /[\u0000-\u001f\u007f]/.test(name)) return undefined;
  return name === name.toLowerCase()
    ? name.replaceAll(/(^|[\s-])(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
    : name;
}
