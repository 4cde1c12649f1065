import type { NewDecision, PersonChange } from '../../schemas/decisions.ts';
import type { PhotoRecord } from '../../schemas/records.ts';
import { faceAt } from '../../tasks/decisions/derive.ts';
import { about, findPhotos } from '../decisions/faces.ts';
import { personCalled, type GivenPerson } from '../decisions/person.ts';
import { readFaces } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure } from '../failure.ts';
import { readSidecar } from './read.ts';
import type { Region, Sidecar } from './regions.ts';

/** Two pictures of one photo have the same ratio of width to height, but for rounding. */
const SAME_RATIO = 0.02;

/** A sidecar, and the photo that it belongs to. */
export interface GivenSidecar {
  readonly imageId: string;
  /** Its text. Throws a Failure if there is none. */
  readonly read: () => Promise<string>;
}

/** What the sidecars say, and what could not be read from them. */
export interface Imported {
  readonly people: PersonChange[];
  readonly decisions: NewDecision[];
  /** How many names are in the results already. */
  known: number;
  readonly problems: { readonly imageId: string; readonly message: string }[];
}

/** Takes names and boxes from sidecars. What is wrong with one of them leaves it out, and the others count. */
export async function takeSidecars(target: Target, sidecars: readonly GivenSidecar[]): Promise<Imported> {
  const imported: Imported = { people: [], decisions: [], known: 0, problems: [] };
  const people = new People(target);
  for (const { imageId, read } of sidecars) {
    try {
      await takeOne(target, { imageId, sidecar: readSidecar(await read()) }, people, imported);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      imported.problems.push({ imageId, message: error.message });
    }
  }
  imported.people.push(...people.used());
  return imported;
}

interface Given {
  readonly imageId: string;
  readonly sidecar: Sidecar;
}

async function takeOne(target: Target, { imageId, sidecar }: Given, people: People, imported: Imported): Promise<void> {
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
