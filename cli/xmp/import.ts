import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { findPhotos, about } from '../../client/decisions/faces.ts';
import { personCalled, type GivenPerson } from '../../client/decisions/person.ts';
import { readFaces } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { printable } from '../../client/text.ts';
import type { NewDecision, PersonChange } from '../../schemas/decisions.ts';
import type { PhotoRecord } from '../../schemas/records.ts';
import { faceAt } from '../../tasks/decisions/derive.ts';
import { readSidecar } from './read.ts';
import type { Region, Sidecar } from './regions.ts';

/** A sidecar with faces has a few kilobytes; one with a long editing history, a few hundred. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Two pictures of one photo have the same ratio of width to height, but for rounding. */
const SAME_RATIO = 0.02;
const SUFFIX = '.xmp';

/** What the sidecars say, and what could not be read from them. */
export interface Imported {
  readonly people: PersonChange[];
  readonly decisions: NewDecision[];
  /** How many names are in the results already. */
  known: number;
  readonly problems: string[];
}

/** Reads names and boxes from the sidecars of a folder. A sidecar belongs to the photo `<its name without .xmp>`. */
export async function readSidecars(target: Target, folder: string): Promise<Imported> {
  const imported: Imported = { people: [], decisions: [], known: 0, problems: [] };
  const people = new People(target);
  for (const file of await sidecarsIn(folder)) {
    const imageId = relative(folder, file).slice(0, -SUFFIX.length).replaceAll(sep, '/');
    try {
      await readOne(target, { imageId, sidecar: await readFileOf(file) }, people, imported);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      imported.problems.push(`${printable(file)} is left out: ${error.message}`);
    }
  }
  imported.people.push(...people.used());
  return imported;
}

async function sidecarsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX))
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}

async function readFileOf(file: string): Promise<Sidecar> {
  const { size } = await stat(file);
  if (size > MAX_BYTES) throw new Failure(`it has ${size} bytes, more than the ${MAX_BYTES} of a sidecar`);
  const bytes = await readFile(file);
  try {
    return readSidecar(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw error instanceof TypeError ? new Failure('it is not UTF-8', { cause: error }) : error;
  }
}

interface Given {
  readonly imageId: string;
  readonly sidecar: Sidecar;
}

async function readOne(target: Target, { imageId, sidecar }: Given, people: People, imported: Imported): Promise<void> {
  const named = sidecar.regions.flatMap(({ name, box }) => (name === undefined ? [] : [{ name, box }]));
  if (named.length === 0) return;
  const photo = (await findPhotos(target, [imageId])).get(imageId)!;
  checkRatio(photo, sidecar);
  const faces = await readFaces(target, photo);
  const decisions: NewDecision[] = [];
  const taken = new Set<number>();
  for (const { name, box } of named) {
    const person = await people.called(name);
    const face = faceAt(box, faces);
    if (face && taken.has(face.face_index)) throw new Failure(`two of its regions mean face ${face.face_index}`);
    if (face) taken.add(face.face_index);
    if (face?.person_id === person.person_id) imported.known += 1;
    else if (face) decisions.push(about({ photo, face }, { kind: 'PERSON', person_id: person.person_id }));
    else decisions.push(drawn(photo, box, person));
  }
  imported.decisions.push(...decisions);
}

const drawn = (
  { image_id, etag }: PhotoRecord,
  bounding_box: Region['box'],
  { person_id }: GivenPerson,
): NewDecision => ({
  kind: 'FACE',
  image_id,
  etag,
  bounding_box,
  source: 'manual',
  person_id,
});

/** Regions of a picture that was turned or cropped would be at other places of this photo. */
function checkRatio({ width, height }: PhotoRecord, { dimensions }: Sidecar): void {
  if (!width || !height || !dimensions) return;
  const ratio = dimensions.width / dimensions.height / (width / height);
  if (Math.abs(ratio - 1) <= SAME_RATIO) return;
  throw new Failure(
    `its regions are of a picture of ${dimensions.width} x ${dimensions.height} pixels, and the upright photo has ${width} x ${height}: it was turned or cropped`,
  );
}

/** Finds each person once, however often the sidecars name them. */
class People {
  readonly #target: Target;
  readonly #byName = new Map<string, Promise<GivenPerson>>();
  readonly #used = new Map<string, PersonChange>();

  constructor(target: Target) {
    this.#target = target;
  }

  async called(name: string): Promise<GivenPerson> {
    const found = this.#byName.get(name) ?? personCalled(this.#target, name);
    this.#byName.set(name, found);
    const person = await found;
    this.#used.set(person.person_id, { person_id: person.person_id, name: person.name });
    return person;
  }

  used(): PersonChange[] {
    return [...this.#used.values()];
  }
}
