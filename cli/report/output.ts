import { readPeople, type People } from '../../client/deployment/queries.ts';
import type { Target } from '../../client/deployment/target.ts';
import { mapConcurrently } from '../../client/map-concurrently.ts';
import { counted, printable } from '../../client/text.ts';
import type { EnrolmentRecord, PhotoRecord } from '../../schemas/records.ts';
import { type Terminal } from '../terminal.ts';
import type { UploadOutcome } from '../upload/upload-and-wait.ts';
import { hasFailed, photoResult, type PhotoReport } from './photo-result.ts';
import { photoTable } from './table.ts';

/** Concurrent queries. */
const CONCURRENCY = 16;
/** So many reports are in memory at once. */
const PAGE = 500;

/** Prints photos as JSON lines or as a table. Returns whether one of them failed. */
export async function printPhotos<Photo>(
  target: Target,
  terminal: Terminal,
  photos: readonly Photo[],
  report: (photo: Photo) => Promise<PhotoReport>,
  { json = false }: { json?: boolean },
): Promise<boolean> {
  if (!json) return printTable(target, terminal, await mapConcurrently(CONCURRENCY, photos, report));
  let failed = false;
  for (let start = 0; start < photos.length; start += PAGE) {
    const page = await mapConcurrently(CONCURRENCY, photos.slice(start, start + PAGE), report);
    for (const photo of page) terminal.print(JSON.stringify(photoResult(photo)));
    failed ||= page.some(hasFailed);
  }
  return failed;
}

async function printTable(target: Target, terminal: Terminal, photos: readonly PhotoReport[]): Promise<boolean> {
  if (photos.length === 0) terminal.print('No photos.');
  else terminal.print(photoTable(photos, await readPeople(target), terminal));
  return photos.some(hasFailed);
}

/** Says which portraits were refused, why, and what to do. Returns whether one of them failed. */
export function noteEnrolments(
  terminal: Terminal,
  outcomes: readonly UploadOutcome<EnrolmentRecord>[],
  known: People = new Map(),
): boolean {
  const people = new Set(outcomes.flatMap(({ row }) => (row?.status === 'ENROLLED' ? [row.name] : [])));
  if (people.size > 0) terminal.note(`Enrolled: ${[...people].map(printable).join(', ')}.`);
  for (const { name, row, problem, refusal } of outcomes) {
    if (row?.status === 'ENROLLED') continue;
    const refused = refusal ?? (row?.status === 'REFUSED' ? (row.message ?? row.reason ?? '') : undefined);
    if (refused !== undefined) terminal.note(`Refused ${printable(name)}: ${named(refused, known)}`);
    else terminal.note(`Failed ${printable(name)}: ${problem ?? [row?.error, row?.cause].filter(Boolean).join(', ')}`);
  }
  return outcomes.some(({ row, refusal }) => refusal === undefined && (!row || row.status === 'FAILED'));
}

/** Messages that are kept have the ids of people, not their names. */
const named = (message: string, known: People) =>
  message.replaceAll(/\bp_[0-9a-f]{24}\b/g, (id) => {
    const name = known.get(id);
    return name === undefined ? id : `${printable(name)} (${id})`;
  });

/** `4 photos, 2 of them known before.` */
export function noteUnchanged(terminal: Terminal, outcomes: readonly UploadOutcome<PhotoRecord>[]): void {
  const known = outcomes.filter((outcome) => outcome.unchanged).length;
  if (known > 0) {
    terminal.note(
      `${counted(known, 'photo was', 'photos were')} here before, unchanged: --force processes them again.`,
    );
  }
}
