import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { PersonId } from '../../schemas/faces.ts';
import { personIdOf, tombstoneIdOf } from '../../schemas/keys.ts';
import { FaceRecord, Tombstone } from '../../schemas/records.ts';
import { queryIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure, NotFound } from '../failure.ts';
import { seekPerson } from '../people/find-person.ts';
import { printable } from '../text.ts';

/** Anybody who is known, or who is being forgotten by a command that was interrupted. */
export async function idToForget(target: Target, wanted: string): Promise<PersonId> {
  const known = await seekPerson(target, wanted);
  if (known) return known.person_id;
  const id = idCalled(wanted);
  const tombstone = await readTombstone(target, id);
  if (!tombstone)
    throw new NotFound(`Nobody called ${printable(wanted)} is enrolled. rollcall people lists everybody.`);
  if (tombstone.ended_at === undefined) return id;
  throw new Failure(
    `That person was forgotten on ${tombstone.ended_at}: see ${tombstone.receipt_key ?? 'the receipt'}.`,
  );
}

/** Nothing keeps the names of those who were forgotten, so the id must follow from the name. */
export const idCalled = (wanted: string): PersonId => PersonId.safeParse(wanted).data ?? personIdOf(wanted.trim());

export async function readTombstone({ dynamoDb, deployment }: Target, id: PersonId): Promise<Tombstone | undefined> {
  const Key = { person_id: tombstoneIdOf(id), record: 'tombstone' };
  const { Item } = await dynamoDb.send(new GetCommand({ TableName: deployment.people_table, Key }));
  return Item && Tombstone.parse(Item);
}

/** How many faces in how many photos are named for the person. */
export async function facesToForget(target: Target, id: PersonId): Promise<{ faces: number; photos: number }> {
  const faces = await queryIndex(target, { table: 'results', index: 'by-person', value: id, schema: FaceRecord });
  return { faces: faces.length, photos: new Set(faces.map(({ image_id }) => image_id)).size };
}
