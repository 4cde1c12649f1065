import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { randomBytes } from 'node:crypto';
import { PersonId } from '../../schemas/faces.ts';
import { personIdOf } from '../../schemas/keys.ts';
import type { AliasRecord, PersonRecord } from '../../schemas/records.ts';
import type { Target } from '../deployment/target.ts';
import { namedNow, readEverybody, type Person } from './find-person.ts';

/** Adds a person whose name somebody else may have as well. Of 96 random bits, no id comes twice. */
export async function addPerson({ dynamoDb, deployment }: Target, name: string): Promise<PersonRecord> {
  const now = new Date().toISOString();
  const person_id = PersonId.parse(`p_${randomBytes(12).toString('hex')}`);
  const person: PersonRecord = { person_id, record: 'person', name, created_at: now, status: 'KNOWN', timestamp: now };
  await dynamoDb.send(new PutCommand({ TableName: deployment.people_table, Item: person }));
  return person;
}

/**
 * Gives a person another name. From then on enrolments under that name are for this person, unless somebody else has it.
 * The alias is written first: whatever interrupts this, the same command completes it. Returns the others of that name.
 */
export async function renamePerson(
  target: Target,
  { person_id, timestamp }: PersonRecord,
  name: string,
): Promise<Person[]> {
  const { dynamoDb, deployment } = target;
  const namesakes = namedNow(await readEverybody(target), name).filter((one) => one.person_id !== person_id);
  if (namesakes.length === 0) {
    const of = { record: 'alias', is: person_id, name, status: 'ALIAS', timestamp } as const;
    const alias: AliasRecord = { person_id: personIdOf(name), ...of };
    await dynamoDb.send(new PutCommand({ TableName: deployment.people_table, Item: alias }));
  }
  await setOnPerson(target, person_id, { name });
  return namesakes;
}

/** Changes the row of a person, which must exist. */
async function setOnPerson({ dynamoDb, deployment }: Target, person_id: PersonId, { name }: { name: string }) {
  const record: PersonRecord['record'] = 'person';
  await dynamoDb.send(
    new UpdateCommand({
      TableName: deployment.people_table,
      Key: { person_id, record },
      UpdateExpression: 'SET #name = :name',
      ConditionExpression: 'attribute_exists(created_at)',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: { ':name': name },
    }),
  );
}
