import { eachInIndex, eachRowOfPerson, readPhotos } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { withItsUndoing } from '../../client/export/undoing.ts';
import type { Person } from '../../client/people/find-person.ts';
import { Decision } from '../../schemas/decisions.ts';
import { PREFIXES } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { idsOfPerson } from '../../tasks/forgetting/people.ts';
import { emptyFolder } from './files.ts';
import { PersonFolder, type Counts } from './person-folder.ts';

/** Copies everything that is held on a person into a folder. What it holds in memory does not grow with the person. */
export async function exportPerson(target: Target, person: Person, folder: string): Promise<Counts> {
  await emptyFolder(folder);
  const { deployment, dynamoDb } = target;
  const ids = await idsOfPerson({ dynamoDb, peopleTable: deployment.people_table }, person.person_id);
  const out = new PersonFolder(target, folder);
  await out.begin(person, ids);
  for (const id of ids) await copyPersonRows(target, id, out);
  for (const value of ids) {
    const faces = eachInIndex(target, { table: 'results', index: 'by-person', value, schema: FaceRecord });
    for await (const face of faces) await copyFace(target, face, out);
    const decisions = eachInIndex(target, { table: 'decisions', index: 'by-person', value, schema: Decision });
    for await (const decision of decisions) {
      for (const entry of await withItsUndoing(target, decision)) await out.row('decisions', entry);
    }
  }
  return out.end(person);
}

async function copyPersonRows(target: Target, id: Person['person_id'], out: PersonFolder): Promise<void> {
  for await (const row of eachRowOfPerson(target, id)) {
    await out.row('people', row);
    if ('key' in row && row.key !== undefined) {
      await out.object('portraits', { key: row.key, version_id: row.version_id });
    }
  }
}

async function copyFace(target: Target, face: FaceRecord, out: PersonFolder): Promise<void> {
  await out.row('faces', face);
  if (face.crop_key !== undefined) await out.object('crops', { key: face.crop_key });
  const key = PREFIXES.input + face.image_id;
  const photo = (await readPhotos(target, [key])).get(key);
  if (photo?.processed_key !== undefined) await out.object('processed', { key: photo.processed_key });
}
