import { createHash } from 'node:crypto';
import { PersonId } from './faces.ts';

/** S3's limit for a key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

export const INPUT = 'input/';
export const ENROLL = 'enroll/';

export const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 24);

/**
 * A photo's id is its key without `input/`: readable, and different for different photos. The folder's own marker,
 * which consoles leave, keeps its key: an id is part of a row's key, and those are never empty.
 */
export function imageIdOf(key: string): string {
  return key.startsWith(INPUT) && key !== INPUT ? key.slice(INPUT.length) : key;
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

/** What a search was answered, so that it is paid for once. */
export const searchKeyOf = (workPrefix: string, index: number) => `${workPrefix}search-${number(index)}.json`;

export const faceRecordOf = (index: number) => `face#${number(index)}`;
export const enrolmentRecordOf = (key: string) => `enrolment#${hash(key)}`;

const number = (index: number) => String(index).padStart(3, '0');

/** Sequencers are hexadecimal and may differ in length; padded, they compare as strings. */
export const paddedSequencer = (sequencer: string) => sequencer.toUpperCase().padStart(40, '0');

/**
 * A person's id is opaque to Rekognition (its ids allow no spaces and no letters beyond ASCII) and
 * the same for one name (as personNameOf gives it) however it was typed: composed or not, in capitals or not.
 */
export function personIdOf(name: string): PersonId {
  return PersonId.parse(`p_${hash(name.normalize('NFKC').toLowerCase().normalize('NFKC'))}`);
}

/** `enroll/John Doe/any.jpg` and `enroll/john_doe.jpg` both name John Doe. Undefined where there is no name. */
export function personNameOf(key: string): string | undefined {
  const path = key.slice(ENROLL.length);
  const slash = path.indexOf('/');
  const raw = slash === -1 ? path.replace(/\.[^.]*$/, '') : path.slice(0, slash);
  const name = raw.normalize('NFC').replaceAll('_', ' ').replaceAll(/\s+/g, ' ').trim();
  // Something must be seen of a name; control characters and changes of direction garble what stands beside it.
  if (name.length > 200 || !/[^\p{C}\p{Z}]/u.test(name) || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name))
    return undefined;
  return name === name.toLowerCase() ? capitalised(name) : name;
}

/** Georgian has capitals, but for whole words: a name does not begin with one. */
const INITIAL = /(?<=^|[\s-])(?!\p{Script=Georgian})\p{Ll}/gu;

/** A capital can come apart into letter and accents: composed again. */
const capitalised = (name: string) => name.replaceAll(INITIAL, (letter) => letter.toUpperCase()).normalize('NFC');
