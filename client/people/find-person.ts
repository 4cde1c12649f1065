import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { PersonId } from '../../schemas/faces.ts';
import { personIdOf } from '../../schemas/keys.ts';
import { AliasRecord, type PersonRecord } from '../../schemas/records.ts';
import { readPersons } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure, NotFound } from '../failure.ts';
import { printable } from '../text.ts';
import { rootsOf } from './roots.ts';

/** A person, and those who were merged into it. */
export interface Person extends PersonRecord {
  readonly merged: readonly PersonRecord[];
}

/** All ids under which the person's faces are. */
export const idsOf = ({ person_id, merged }: Person): PersonId[] => [person_id, ...merged.map((one) => one.person_id)];

/** Everybody who is not merged into somebody else, in alphabetical order. */
export async function readEverybody(target: Target): Promise<Person[]> {
  const rows = await readPersons(target);
  const roots = rootsOf(rows);
  const groups = Map.groupBy(rows, ({ person_id }) => roots.get(person_id)!.person_id);
  return [...groups]
    .map(([id, group]) => ({
      ...roots.get(id)!,
      merged: group.filter(({ person_id }) => person_id !== id),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name) || (a.person_id < b.person_id ? -1 : 1));
}

/**
 * Seeks a person by any spelling of the present name, by id, by an earlier name, or by somebody merged into it. Throws
 * if several people have the name.
 */
export async function seekPerson(target: Target, wanted: string): Promise<Person | undefined> {
  const everybody = await readEverybody(target);
  const id = PersonId.safeParse(wanted);
  const found = id.success ? withId(everybody, id.data) : await withName(target, everybody, wanted);
  if (found.length > 1) throw ambiguous(wanted, found);
  return found[0];
}

/** The same for a person who must exist. */
export async function findPerson(target: Target, wanted: string): Promise<Person> {
  const found = await seekPerson(target, wanted);
  if (found) return found;
  const everybody = await readEverybody(target);
  const names = [...new Set(everybody.map(({ name }) => printable(name)))].join(', ');
  throw new NotFound(
    `Nobody called ${printable(wanted)} is enrolled. ${names === '' ? 'Nobody is.' : `There are: ${names}.`}`,
  );
}

/** Those who have this name now, in any spelling. */
export const namedNow = (everybody: readonly Person[], name: string): Person[] =>
  everybody.filter((person) => plain(person.name) === plain(name));

/** Finds somebody who was merged into another person, by the name of before or by id, and that other person. */
export async function findMerged(target: Target, wanted: string): Promise<{ merged: PersonRecord; root: Person }> {
  const all = (await readEverybody(target)).flatMap((root) => root.merged.map((merged) => ({ merged, root })));
  const found = all.filter(({ merged }) => merged.person_id === wanted || plain(merged.name) === plain(wanted));
  if (found.length > 1)
    throw ambiguous(
      wanted,
      found.map(({ merged }) => merged),
    );
  if (found[0]) return found[0];
  const names = all.map(({ merged, root }) => `${printable(merged.name)} into ${printable(root.name)}`).join(', ');
  throw new NotFound(
    `Nobody called ${printable(wanted)} was merged into somebody. ${names === '' ? 'Nobody was.' : `Merged are: ${names}.`}`,
  );
}

const ambiguous = (name: string, people: readonly PersonRecord[]) =>
  new Failure(
    `${people.length} people are called ${printable(name)}. Give the id of the one you mean:\n` +
      people.map(({ person_id, created_at }) => `  ${person_id}, enrolled since ${created_at}`).join('\n'),
  );

const withId = (everybody: readonly Person[], id: PersonId) => everybody.filter((person) => idsOf(person).includes(id));

async function withName(target: Target, everybody: readonly Person[], name: string): Promise<Person[]> {
  const now = namedNow(everybody, name);
  if (now.length > 0) return now;
  const merged = everybody.filter((person) => person.merged.some((one) => plain(one.name) === plain(name)));
  if (merged.length > 0) return merged;
  return withId(everybody, await meantBy(target, name));
}

/** As enrolments understand a name that nobody has now: an alias, or whoever had it first. */
async function meantBy({ dynamoDb, deployment }: Target, name: string): Promise<PersonId> {
  const person_id = personIdOf(plain(name));
  const record: AliasRecord['record'] = 'alias';
  const { Item } = await dynamoDb.send(
    new GetCommand({ TableName: deployment.people_table, Key: { person_id, record }, ConsistentRead: true }),
  );
  return Item ? AliasRecord.parse(Item).is : person_id;
}

const plain = (name: string) => name.normalize('NFKC').toLowerCase().replaceAll('_', ' ').trim();
