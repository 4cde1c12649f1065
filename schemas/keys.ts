import { createHash } from 'node:crypto';
import { PersonId } from './faces.ts';

/** S3's limit for a key, in bytes of UTF-8. */
const MAX_KEY_BYTES = 1024;

/** The prefixes in the bucket. Every key begins with one of them. */
export const PREFIXES = {
  /** Photos, as they were uploaded. */
  input: 'input/',
  /** Photos to enrol people from. */
  enroll: 'enroll/',
  /** One JSON file per photo. */
  processed: 'processed/',
  /** One crop per face. People see it beside the results, so it does not expire as `work/` does. */
  faces: 'faces/',
  /** What a task leaves for the next task, or for its own next attempt. Expires. */
  work: 'work/',
  /** Which unknown faces are alike, and the groups that follow from it. */
  groups: 'groups/',
  /** What was forgotten, without saying who. */
  receipts: 'receipts/',
} as const;
export type Prefix = keyof typeof PREFIXES;

export const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 24);

/**
 * A photo's id is its key without `input/`: readable, and unique. The empty object `input/`, by which consoles show the
 * folder, keeps its whole key, because a row's key must not be empty.
 */
export function imageIdOf(key: string): string {
  return key.startsWith(PREFIXES.input) && key !== PREFIXES.input ? key.slice(PREFIXES.input.length) : key;
}

/**
 * `input/image1.jpg` gives `processed/image1.json`. Every other name keeps its extension
 * (`image1.png` gives `image1.png.json`), so that no two photos share a JSON file. A name without
 * a dot takes the only form that this rule leaves free: `image1` gives `image1.jpg.json`.
 */
export function processedKeyOf(imageId: string): string {
  const name = imageId.slice(imageId.lastIndexOf('/') + 1);
  const dot = name.indexOf('.');
  let path = imageId;
  if (dot === -1) path = `${imageId}.jpg`;
  else if (name.slice(dot) === '.jpg') path = imageId.slice(0, -'.jpg'.length);
  const key = `${PREFIXES.processed}${path}.json`;
  // A tilde marks a hash, so a photo whose name begins with a tilde is hashed as well.
  const fits = Buffer.byteLength(key) <= MAX_KEY_BYTES && !imageId.startsWith('~');
  return fits ? key : `${PREFIXES.processed}~${hash(imageId)}.json`;
}

/** Each version of an object has its own folder: two versions that race never read each other's work. */
export const workPrefixOf = (key: string, etag: string, versionId = '') =>
  `${workPrefixOfObject(key)}${hash(`${etag} ${versionId}`)}/`;

/** The folder of all versions of an object. */
export const workPrefixOfObject = (key: string) => `${PREFIXES.work}${hash(key)}/`;

/** The upright copy of a photo that Rekognition does not take as it is. */
export const pictureKeyOf = (workPrefix: string) => `${workPrefix}picture.jpg`;
/** The largest face of an enrolment photo of several people. */
export const largestFaceKeyOf = (workPrefix: string) => `${workPrefix}largest.jpg`;
/** The answers of the paid calls. A later attempt reads them instead of paying again. */
export const detectionKeyOf = (workPrefix: string) => `${workPrefix}detected.json`;
/**
 * Raise it when the same photo comes to give another picture (tasks/images/normalize.ts) or another detection (the
 * local face engine), so that earlier answers are not reused. Rekognition does not tell the version of its model; a new
 * one counts once the earlier answers have expired.
 */
const DETECTION_VERSION = 3;
/** The detection of the same bytes, whatever their key and version. A copy is kept for each version that uses it. */
export const sharedDetectionKeyOf = (sha256: string) =>
  `${PREFIXES.work}detections/${DETECTION_VERSION}/${sha256}.json`;
export const searchKeyOf = (workPrefix: string, index: number) => `${workPrefix}search-${number(index)}.json`;
/** How many faces the collection has, asked at most once per photo. */
export const collectionKeyOf = (workPrefix: string) => `${workPrefix}collection.json`;

export const cropKeyOf = (workPrefix: string, index: number) =>
  `${PREFIXES.faces}${workPrefix.slice(PREFIXES.work.length)}${number(index)}.jpg`;

/**
 * The id of a face in the collection of unknown faces (Rekognition's ExternalImageId): its crop's key in the letters
 * that Rekognition allows. So each vector leads to its crop, and names nobody.
 */
export const vectorIdOf = (cropKey: string) => cropKey.slice(PREFIXES.faces.length).replaceAll('/', ':');

/** The folder of the crops of all versions of an object. */
export const cropFolderOf = (key: string) => `${PREFIXES.faces}${hash(key)}/`;
/** Faces that are drawn by hand are numbered from here. Rekognition finds at most 100. */
export const FIRST_DRAWN_FACE = 100;
/** By the photo's bytes, as the drawing itself, so that every version of the photo shares the crop. */
export const drawnCropKeyOf = (sha256: string, index: number) =>
  `${PREFIXES.faces}drawn/${sha256}/${number(index)}.jpg`;

export const batchKeyOf = (batch: string) => `${PREFIXES.work}decisions/${batch}.json`;
/** The faces that one re-recognition searches again, and the answers. */
export const unknownFacesKeyOf = (batch: string) => `${PREFIXES.work}re-recognize/${batch}/faces.json`;
export const unknownSearchKeyOf = (batch: string, position: number) =>
  `${PREFIXES.work}re-recognize/${batch}/${position}.json`;
/** What groupings leave for their next task or attempt. Forgetting removes all of it. */
export const GROUPING_WORK = `${PREFIXES.work}grouping/`;
/** The faces of one grouping: those that calls have to be paid for, and those that are compared already. */
export const groupableFacesKeyOf = (run: string, which: 'fresh' | 'compared') =>
  `${GROUPING_WORK}runs/${run}/${which}.json`;
/** The answers of a grouping's paid calls, by face, so that another run does not pay again. */
export const indexedFaceKeyOf = (vectorId: string) => `${GROUPING_WORK}indexed/${vectorId}.json`;
export const comparedFaceKeyOf = (vectorId: string) => `${GROUPING_WORK}compared/${vectorId}.json`;
export const GROUPS_KEY = `${PREFIXES.groups}unknown.json`;
export const COMPARISONS_KEY = `${PREFIXES.groups}comparisons.json`;
/** What one known face was compared with. */
export const calibrationKeyOf = (face: string) => `${PREFIXES.work}calibration/${hash(face)}.json`;
export const affectedPhotosKeyOf = (batch: string) => `${PREFIXES.work}decisions/${batch}.photos.json`;

export const faceRecordOf = (index: number) => `face#${number(index)}`;
export const enrolmentRecordOf = (key: string) => `enrolment#${hash(key)}`;
/** By the bytes of the portrait, because Rekognition stores the same picture of a person only once. */
export const importedFaceRecordOf = (faceId: string) => `face#imported-${faceId}`;
export const enrolledFaceRecordOf = (sha256: string) => `face#${sha256}`;

const number = (index: number) => String(index).padStart(3, '0');

/**
 * Sequencers are hexadecimal and differ in length. S3 orders two of them as text, once the shorter one is padded with
 * zeros on the right (S3 User Guide, "Event message structure").
 */
export const paddedSequencer = (sequencer: string) => sequencer.toUpperCase().padEnd(40, '0');

/**
 * The id of the first person of a name: a hash of it, because Rekognition's ids allow no spaces and only ASCII letters.
 * Spellings of a name that differ in case or in Unicode composition have the same id. It does not change when the person
 * is renamed.
 */
export function personIdOf(name: string): PersonId {
  return PersonId.parse(`p_${hash(name.normalize('NFKC').toLowerCase().normalize('NFKC'))}`);
}

/** Says that a person was forgotten, without saying who: the id itself is not kept. */
export const tombstoneIdOf = (id: PersonId) => `forgotten_${hash(`forgotten ${id}`)}`;

export const receiptKeyOf = (id: string) => `${PREFIXES.receipts}${id}.json`;

/** `enroll/John Doe/any.jpg` and `enroll/john_doe.jpg` both name John Doe. Undefined where there is no name. */
export function personNameOf(key: string): string | undefined {
  const path = key.slice(PREFIXES.enroll.length);
  const slash = path.indexOf('/');
  const raw = slash === -1 ? path.replace(/\.[^.]*$/, '') : path.slice(0, slash);
  const name = raw.normalize('NFC').replaceAll('_', ' ').replaceAll(/\s+/g, ' ').trim();
  // A name needs a visible character. Control characters and direction marks would garble the text around it.
  if (name.length > 200 || !/[^\p{C}\p{Z}]/u.test(name) || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name))
    return undefined;
  return name === name.toLowerCase() ? capitalised(name) : name;
}

/** Other software often takes a file's name, or a name with underscores, for Rekognition's ExternalImageId. */
export const nameOfExternalId = (externalId: string) =>
  personNameOf(`${PREFIXES.enroll}${externalId.replace(/\.(?:jpe?g|png)$/i, '')}/`);

/** Whom an enrolment photo shows, as far as its key tells. */
export interface PersonOfKey {
  readonly person_id: PersonId;
  /** Absent where the key gives the id itself: `enroll/~p_…/any.jpg`. */
  readonly name?: string;
}

const ID_OF_FOLDER = /^~(p_[0-9a-f]{24})\//;

/**
 * The portrait that is made of a named face. By the photo's bytes, as decisions are, so that the same face is not
 * enrolled twice when its photo is uploaded again.
 */
export const facePortraitKeyOf = (id: PersonId, sha256: string, index: number) =>
  `${facePortraitsOf(id)}${hash(`${sha256}#${index}`)}.jpg`;
/** What the keys of all of them begin with. */
export const facePortraitsOf = (id: PersonId) => `${PREFIXES.enroll}${folderOfPerson(id)}face-`;

/** The folder of a person's enrolment photos by id, for a name that two people share. */
export const folderOfPerson = (id: PersonId) => `~${id}/`;

/** The place of an enrolment photo that somebody else had before. Without its name, which can tell of them. */
export const movedPortraitKeyOf = (id: PersonId, key: string, move: string) =>
  `${PREFIXES.enroll}${folderOfPerson(id)}moved-${hash(`${key} ${move}`)}${/\.[a-z]{1,5}$/i.exec(key)?.[0] ?? ''}`;

/** Undefined where the key tells nobody. The rows of enrolments are kept under this id, whoever it means by now. */
export function personOfKey(key: string): PersonOfKey | undefined {
  const id = ID_OF_FOLDER.exec(key.slice(PREFIXES.enroll.length))?.[1];
  if (id !== undefined) return { person_id: PersonId.parse(id) };
  const name = personNameOf(key);
  return name === undefined ? undefined : { person_id: personIdOf(name), name };
}

/** Georgian uses its capitals only for whole words, so they are left out. */
const INITIAL = /(?<=^|[\s-])(?!\p{Script=Georgian})\p{Ll}/gu;

/** toUpperCase can split a letter from its accents. NFC puts them together again. */
const capitalised = (name: string) => name.replaceAll(INITIAL, (letter) => letter.toUpperCase()).normalize('NFC');
