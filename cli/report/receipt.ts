import type { Verified } from '../../client/forgetting/executions.ts';
import { counted } from '../../client/text.ts';
import { dayOf } from '../../schemas/days.ts';
import type { CheckedKind, Receipt, RemovedKind } from '../../schemas/forgetting.ts';

const REMOVED: Record<RemovedKind, string> = {
  users: 'users in the collection',
  vectors: 'faces in the collection',
  unknown_vectors: 'faces, whoever they are, that were compared while they were unknown',
  portraits: 'versions of enrolment photos and their copies',
  people_rows: 'rows of the person',
  unknown_faces: 'faces that nobody was named for, without crop and measures from now on',
  faces: 'faces in photos, unknown from now on',
  candidates: 'faces of others, of whom the person was a candidate',
  crops: 'versions of crops',
  results: 'result files, written again without the person',
  work_files: 'work files',
  older_versions: 'older versions of crops, results and work files, of everybody',
  dead_letters: 'dead letters',
  decisions: 'decisions in the ledger',
  photos: 'photos with all versions',
};

const CHECKED: Record<CheckedKind, string> = {
  people_rows: 'rows of people',
  users: 'users in the collection',
  vectors: 'faces in the collection',
  unknown_vectors: 'faces in the collection of unknown faces',
  photos: 'photos with their rows',
  decisions: 'decisions in the ledger',
  crops: 'faces without a crop',
  objects: 'versions of objects',
  dead_letters: 'dead letters',
};

export function describeReceipt(receipt: Receipt, key: string): string {
  const { removed, checked, remains } = receipt;
  return [
    `Forgotten on ${receipt.ended_at}.`,
    ...linesOf(removed, REMOVED, 'removed'),
    ...linesOf(checked, CHECKED, 'read back without finding the person'),
    ...remains.map(({ what, until }) => `  remains until ${dayOf(until)}: ${what}`),
    `Receipt: ${key}, SHA-256 ${receipt.sha256}`,
  ].join('\n');
}

function linesOf<Kind extends string>(
  counts: Partial<Record<Kind, number>>,
  names: Record<Kind, string>,
  title: string,
) {
  const lines = Object.entries<string>(names).map(([kind, name]) => [counts[kind as Kind] ?? 0, name] as const);
  return [
    `  ${title}:`,
    ...lines.filter(([count]) => count > 0).map(([count, name]) => `${String(count).padStart(9)}  ${name}`),
  ];
}

export const describeVerified = ({ checked, left }: Verified): string =>
  [
    left === 0
      ? 'Nothing of the person was found.'
      : `${counted(left, 'row, file, message or face was', 'rows, files, messages or faces were')} found that tell of the person. ` +
        'If the name was enrolled again since, they are of the new person. Otherwise forget the person once more.',
    ...linesOf(checked, CHECKED, 'read'),
  ].join('\n');
