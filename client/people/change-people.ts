import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { randomBytes } from 'node:crypto';
import type { PersonChange } from '../../schemas/decisions.ts';
import { PersonId } from '../../schemas/faces.ts';
import { personIdOf } from '../../schemas/keys.ts';
import type { AliasRecord, PersonRecord } from '../../schemas/records.ts';
import { decide } from '../decisions/decide.ts';
import { readPersons } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { idsOf, type Person } from './find-person.ts';

/** Adds a person whose name somebody else may have as well. Of 96 random bits, no id comes twice. */
export async function addPerson({ dynamoDb, deployment }: Target, name: string): Promise<PersonRecord> {
  const now = new Date().toISOString();
  const person_id = PersonId.parse(`p_${randomBytes(12).toString('hex')}`);
  const person: PersonRecord = { person_id, record: 'person', name, created_at: now, status: 'KNOWN', timestamp: now };
  await dynamoDb.send(new PutCommand({ TableName: deployment.people_table, Item: person }));
  return person;
}

/**
 * Lets enrolments under this name be for the person. A name that has meant somebody else before goes on meaning them,
 * because their rows are found by it.
 */
export async function addAlias(target: Target, { person_id, timestamp }: PersonRecord, name: string): Promise<boolean> {
  const id = personIdOf(name);
  if (id === person_id) return true;
  if ((await readPersons(target)).some((other) => other.person_id === id)) return false;
  const of = { record: 'alias', is: person_id, name, status: 'ALIAS', timestamp } as const;
  const alias: AliasRecord = { person_id: id, ...of };
  const put = new PutCommand({
    TableName: target.deployment.people_table,
    Item: alias,
    ConditionExpression: 'attribute_not_exists(person_id) OR #is = :person_id',
    ExpressionAttributeNames: { '#is': 'is' },
    ExpressionAttributeValues: { ':person_id': person_id },
  });
  return target.dynamoDb.send(put).then(
    () => true,
    (error: Error) => {
      if (error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    },
  );
}

/** Who changes something: where, and how long it is waited for. */
export interface Deciding {
  readonly target: Target;
  readonly signal: AbortSignal;
  /** As the ledger names who decided. Default: whoever runs the process. */
  readonly name?: string;
}

/** Changes one person, and brings the photos of these people in line with it. */
export const changePerson = (by: Deciding, change: PersonChange, people: readonly Person[]): Promise<string> => {
  const others = people.flatMap(idsOf).filter((id) => id !== change.person_id);
  const changes = [change, ...others.map((person_id) => ({ person_id }))];
  return decide(by.target, by.signal, { people: changes, decisions: [] }, by.name);
};
