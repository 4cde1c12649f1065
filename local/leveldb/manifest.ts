import { Reader } from './reader.ts';
import { readRecords } from './records.ts';

export interface LiveFiles {
  /** Bytes of each table by its file number. */
  readonly tables: ReadonlyMap<number, number>;
  /** Write-ahead logs with a lower number are left over. 0 if the database was never opened to the end. */
  readonly firstLog: number;
}

/** The tags of a version edit: leveldb/db/version_edit.cc. */
const TAG = { comparator: 1, log: 2, nextFile: 3, lastSequence: 4, pointer: 5, deleted: 6, added: 7, previousLog: 9 };

/** Replays a MANIFEST: which files the database consists of. All others are left over from a crash. */
export function readManifest(file: Buffer): LiveFiles {
  const tables = new Map<number, number>();
  let firstLog = 0;
  for (const record of readRecords(file)) {
    const edit = new Reader(record);
    while (!edit.done) {
      const tag = edit.number();
      if (tag === TAG.comparator) edit.bytes();
      else if (tag === TAG.log) firstLog = edit.number();
      else if (tag === TAG.nextFile || tag === TAG.lastSequence || tag === TAG.previousLog) edit.number();
      else if (tag === TAG.pointer) {
        edit.number();
        edit.bytes();
      } else if (tag === TAG.deleted) {
        edit.number();
        tables.delete(edit.number());
      } else if (tag === TAG.added) {
        edit.number();
        tables.set(edit.number(), edit.number());
        edit.bytes();
        edit.bytes();
      } else throw new Error(`it has an unknown tag ${tag}`);
    }
  }
  return { tables, firstLog };
}
