import { enrolmentRecordOf, hash, personIdOf, personNameOf, PREFIXES, workPrefixOf } from '../schemas/keys.ts';

/** What goes in place of what, everywhere in a text. */
type Replacements = readonly (readonly [from: string, to: string])[];

interface Landed {
  readonly bucket: { readonly name: string };
  readonly object: { readonly key: string; readonly etag: string; readonly 'version-id'?: string | undefined };
}

/** The embedded account's, so that an execution in Amazon's can be run again there. */
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

/**
 * The same with made-up names for people's, and for all that is made of a name: keys, ids and hashes. One account and
 * region stand for any, and the version is left out: nobody can make an object of that version again.
 */
export function anonymize<T>(value: T, { bucket, object }: Landed, executionArn: string): T {
  const [, , , region = REGION, account = ACCOUNT] = executionArn.split(':');
  const { key, etag, 'version-id': version } = object;
  const folder = (of: string | undefined) => workPrefixOf(key, etag, of).slice(PREFIXES.work.length);
  const pairs: Replacements = [
    [folder(version), folder(undefined)],
    [bucket.name, `rollcall-${ACCOUNT}`],
    [account, ACCOUNT],
    [`:${region}:`, `:${REGION}:`],
    ...people(value, key),
  ];
  const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
  const text = pairs.reduce((all, [from, to]) => all.replaceAll(escaped(from), escaped(to)), JSON.stringify(value));
  return JSON.parse(text, (name, part: unknown) => (VERSION.includes(name) ? undefined : part)) as T;
}

const VERSION: readonly string[] = ['version-id', 'version_id', ':version_id', '#version_id', 'Version'];

function people(value: unknown, key: string): Replacements {
  const own = key.startsWith(PREFIXES.enroll) ? personNameOf(key) : undefined;
  const names = new Set([...(own === undefined ? [] : [own]), ...namesIn(value)]);
  const made = [...names].map((name, index) => [name, `Person ${index + 1}`] as const);
  const ofNames = made.flatMap(([name, other]) => [
    [personIdOf(name), personIdOf(other)] as const,
    [name, other] as const,
  ]);
  if (own === undefined) return ofNames;
  const [, written = ''] = key.split('/');
  const renamed = key.replace(written.replace(/\.[^.]*$/, ''), 'Person 1');
  const ofKey = [
    [enrolmentRecordOf(key), enrolmentRecordOf(renamed)],
    [hash(key), hash(renamed)],
    [key, renamed],
  ] as const;
  return [...ofKey, ...ofNames];
}

/** In a payload or a row, where a name stands beside the id of its person, and in a face's row or JSON. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  const own = ['person', ':name', ':person', ...('person_id' in fields ? ['name'] : [])].map((name) => fields[name]);
  const names = own.filter((name) => typeof name === 'string' && name !== '') as string[];
  return [...names, ...Object.values(fields).flatMap(namesIn)];
}
