import { zipSync, type Zippable } from 'fflate';
import { extname } from 'node:path';
import { hash } from '../../schemas/keys.ts';
import { idsOfPerson } from '../../tasks/forgetting/people.ts';
import { readObject } from '../deployment/objects.ts';
import type { Target } from '../deployment/target.ts';
import type { Person } from '../people/find-person.ts';
import { readPart, type HeldObject, type ObjectKind, type PartPosition } from './parts.ts';

export interface Zip {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the next archive begins. Absent in the last one. */
  readonly next?: PartPosition;
}

/** As much as is in one archive, before it is compressed: what a function can answer with, in bytes. */
const ENOUGH = 3 * 2 ** 20;

/**
 * An archive of what is held on a person, or of a part of it: rows as JSON lines, portraits, crops, and results, with an
 * index that tells the key of each. Several archives do not share a name, so they can be unpacked into one folder.
 */
export async function zipHoldings(target: Target, { person_id }: Person, from?: PartPosition): Promise<Zip> {
  const { deployment, dynamoDb } = target;
  const ids = await idsOfPerson({ dynamoDb, peopleTable: deployment.people_table }, person_id);
  const files: Zippable = {};
  let [position, size] = [from, 0];
  do {
    const { kind, rows, objects, next } = await readPart(target, ids, position);
    const name = `${kind}-${hash(JSON.stringify(position ?? 'start'))}`;
    const index = [];
    for (const object of objects) {
      const { path, bytes, ...entry } = await copy(target, object, ENOUGH);
      if (bytes) files[path] = [bytes, { level: 0 }];
      index.push({ ...entry, path: bytes ? path : null });
      size += bytes?.length ?? 0;
    }
    if (rows.length > 0) files[`${name}.jsonl`] = linesOf(rows);
    if (index.length > 0) files[`${name}.index.jsonl`] = linesOf(index);
    position = next;
  } while (position && size < ENOUGH);
  return { bytes: zipSync(files), ...(position && { next: position }) };
}

interface Copied {
  readonly path: string;
  readonly kind: ObjectKind;
  readonly key: string;
  readonly version_id: string | null;
  readonly bytes?: Buffer;
  /** Why it is not in the archive. */
  readonly missing?: string;
}

async function copy(target: Target, { kind, key, version_id }: HeldObject, most: number): Promise<Copied> {
  const extension = /^\.[a-z0-9]{1,5}$/i.exec(extname(key))?.[0].toLowerCase() ?? '';
  const path = `${kind}/${hash(`${key} ${version_id ?? ''}`)}${extension}`;
  const entry = { path, kind, key, version_id: version_id ?? null };
  try {
    const bytes = await readObject(target, key, version_id);
    const isTooLarge = bytes.length > most && target.connection.endpoint === undefined;
    return isTooLarge ? { ...entry, missing: 'TooLarge' } : { ...entry, bytes };
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NoSuchKey' || name === 'NoSuchVersion') return { ...entry, missing: name };
    throw error;
  }
}

const linesOf = (rows: readonly object[]): Uint8Array =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row, withoutSets)}\n`).join(''));

const withoutSets = (_: string, value: unknown) => (value instanceof Set ? [...value] : value);
