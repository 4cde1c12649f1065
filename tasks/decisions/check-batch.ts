import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Batch, NewDecision, PersonChange } from '../../schemas/decisions.ts';
import type { PersonId } from '../../schemas/faces.ts';
import { personNameOf, PREFIXES } from '../../schemas/keys.ts';
import { PersonRecord } from '../../schemas/records.ts';
import { mapConcurrently } from '../runtime/concurrency.ts';
import { parse } from '../runtime/define-task.ts';
import { TaskError } from '../runtime/errors.ts';
import { readRow } from '../storage/conditional-updates.ts';
import { personRow } from '../storage/people.ts';

interface People {
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly peopleTable: string;
}

const CONCURRENCY = 20;

/**
 * Checks what no schema can tell, before anything is written: names, boxes, and whether the people exist. Throws
 * DecisionsInvalid.
 */
export async function checkBatch({ people, decisions }: Batch, services: People): Promise<void> {
  for (const { name, new_name } of people) for (const one of [name, new_name]) checkName(one);
  for (const decision of decisions) checkBox(decision);
  const created = new Set(people.flatMap(({ person_id, name }) => (name === undefined ? [] : [person_id])));
  const named = decisions.flatMap(({ kind, source, person_id }) =>
    person_id !== undefined && source === 'manual' && (kind === 'PERSON' || kind === 'FACE') ? [person_id] : [],
  );
  const needed = [...new Set(named)].filter((id) => !created.has(id));
  await mapConcurrently(needed, CONCURRENCY, async (id) => {
    if (!(await readPerson(id, services))) throw nobody(id);
  });
  for (const change of people) await checkMerge(change, people, services);
}

/** A name that a command or a key understood. */
function checkName(name: string | undefined): void {
  if (name === undefined) return;
  const isName = !name.includes('/') && personNameOf(`${PREFIXES.enroll}${name}/`) !== undefined;
  if (!isName) throw invalid(`${JSON.stringify(name)} is not a name: one character at least must be visible.`);
}

/** Rounding may let a box end a little outside. */
const TOLERANCE = 1e-6;

function checkBox({ kind, image_id, bounding_box: { left, top, width, height } }: NewDecision): void {
  if (kind !== 'FACE') return;
  const inside = left + width <= 1 + TOLERANCE && top + height <= 1 + TOLERANCE;
  if (inside && width > 0 && height > 0) return;
  throw invalid(`The box of a face in ${image_id} is not within the picture: ${[left, top, width, height].join(' ')}.`);
}

/** Nobody is merged into somebody who does not exist, or who was merged into them. */
async function checkMerge(
  { person_id, merged_into: into }: PersonChange,
  people: readonly PersonChange[],
  services: People,
): Promise<void> {
  if (into === undefined || into === null) return;
  const seen = new Set<PersonId>();
  for (let at: PersonId | null | undefined = into; at;) {
    if (at === person_id) throw invalid(`${person_id} cannot be merged into ${into}: both would be the same person.`);
    if (seen.has(at)) return;
    seen.add(at);
    at = await mergedInto(at, people, services);
  }
}

/** As it will be after the batch. */
async function mergedInto(
  id: PersonId,
  people: readonly PersonChange[],
  services: People,
): Promise<PersonId | null | undefined> {
  const change = people.findLast((one) => one.person_id === id);
  const row = await readPerson(id, services);
  if (!row && change?.name === undefined) throw nobody(id);
  return change?.merged_into === undefined ? row?.merged_into : change.merged_into;
}

async function readPerson(id: PersonId, { dynamoDb, peopleTable }: People): Promise<PersonRecord | undefined> {
  const row = await readRow(dynamoDb, personRow({ peopleTable }, id));
  return row && parse(PersonRecord, row, `record of person ${id}`);
}

const invalid = (message: string) => new TaskError('DecisionsInvalid', message);
const nobody = (id: PersonId) =>
  invalid(`There is no person ${id} any more. rollcall people lists those who are there.`);
