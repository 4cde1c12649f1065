import {
  enrolmentRecordOf,
  hash,
  personIdOf,
  personOfKey,
  PREFIXES,
  tombstoneIdOf,
  workPrefixOf,
} from '../schemas/keys.ts';
import { replaceTexts, type TextReplacement } from './replace-texts.ts';

interface S3Object {
  readonly bucket: { readonly name: string };
  readonly object: { readonly key: string; readonly etag: string; readonly 'version-id'?: string | undefined };
}

/** Those of the embedded account, where every case is replayed. */
const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

/**
 * Replaces the names of people, and all that is made of a name: keys, ids and hashes. Account and region become those
 * of the embedded account. Object versions are left out, because no object can be created with a given version.
 */
export function anonymize<T>(value: T, { bucket, object }: S3Object, executionArn: string): T {
  const [, , , region = REGION, account = ACCOUNT] = executionArn.split(':');
  const { key, etag, 'version-id': version } = object;
  const workFolder = (of: string | undefined) => workPrefixOf(key, etag, of).slice(PREFIXES.work.length);
  const replaced = replaceTexts(value, [
    [workFolder(version), workFolder(undefined)],
    [bucket.name, `rollcall-${ACCOUNT}`],
    [account, ACCOUNT],
    [`:${region}:`, `:${REGION}:`],
    ...personReplacements(value, key),
  ]);
  return JSON.parse(JSON.stringify(replaced), (name, part: unknown) =>
    VERSION_FIELDS.includes(name) ? undefined : part,
  ) as T;
}

const VERSION_FIELDS: readonly string[] = ['version-id', 'version_id', ':version_id', '#version_id', 'Version'];

function personReplacements(value: unknown, key: string): TextReplacement[] {
  const enrolled = key.startsWith(PREFIXES.enroll) ? personOfKey(key)?.name : undefined;
  const names = new Set([...(enrolled === undefined ? [] : [enrolled]), ...namesIn(value)]);
  const ofNames = [...names].flatMap((name, index): TextReplacement[] => {
    const madeUp = `Person ${index + 1}`;
    return [
      [personIdOf(name), personIdOf(madeUp)],
      [tombstoneIdOf(personIdOf(name)), tombstoneIdOf(personIdOf(madeUp))],
      [name, madeUp],
    ];
  });
  if (enrolled === undefined) return ofNames;
  const [, folderOrFile = ''] = key.split('/');
  const renamed = key.replace(folderOrFile.replace(/\.[^.]*$/, ''), 'Person 1');
  return [[enrolmentRecordOf(key), enrolmentRecordOf(renamed)], [hash(key), hash(renamed)], [key, renamed], ...ofNames];
}

/** The names of people in payloads, in rows and expressions, and in processed JSON. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  const own = ['person', ':name', ':person', ...('person_id' in fields ? ['name'] : [])].map((name) => fields[name]);
  const names = own.filter((name) => typeof name === 'string' && name !== '') as string[];
  return [...names, ...Object.values(fields).flatMap(namesIn)];
}
