import type { Target } from '../../client/deployment/target.ts';
import { readPart, type PartPosition } from '../../client/export/parts.ts';
import type { Person } from '../../client/people/find-person.ts';
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
  let position: PartPosition | undefined;
  do {
    const { kind: rowKind, rows, objects, next } = await readPart(target, ids, position);
    for (const row of rows) await out.row(rowKind, row);
    for (const { kind, ...object } of objects) await out.object(kind, object);
    position = next;
  } while (position);
  return out.end(person);
}
