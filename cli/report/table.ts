import Table from 'cli-table3';
import type { FaceRecord } from '../../schemas/records.ts';
import type { Shown } from './photo-result.ts';
import { printable } from '../terminal.ts';

/** Names for ids: a candidate below the threshold is known by its id alone. */
export type People = ReadonlyMap<string, string>;

export interface Look {
  readonly columns: number;
  readonly colours: boolean;
}

/** Borders, padding and the column of counts. */
const FRAME = 18;

/** Who is in which photo. */
export function photoTable(photos: readonly Shown[], people: People, { columns, colours }: Look): string {
  const rows = photos.map((shown) => rowOf(shown, people));
  const longest = Math.max(5, ...rows.map(([name]) => widthOf(name)));
  const photoWidth = Math.min(longest, Math.max(12, Math.floor(columns * 0.4)));
  const whoWidth = Math.max(24, columns - photoWidth - FRAME);
  const table = new Table({
    head: ['photo', 'faces', 'who, from left to right'],
    style: { head: colours ? ['bold'] : [], border: colours ? ['gray'] : [] },
    colWidths: [photoWidth + 2, 7, Math.min(whoWidth, longestOf(rows.map(([, , who]) => who))) + 2],
    colAligns: ['left', 'right', 'left'],
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  for (const [name, ...cells] of rows) table.push([folded(name, photoWidth), ...cells]);
  return [table.toString(), ...legend(photos)].join('\n');
}

/** Only what the table has need of. */
function legend(photos: readonly Shown[]): string[] {
  const faces = photos.flatMap((shown) => ('faces' in shown ? shown.faces : []));
  const guessed = faces.some(({ status, candidate }) => status === 'UNKNOWN' && candidate !== undefined);
  const measured = guessed || faces.some(({ status }) => status === 'MATCHED');
  return [
    ...(measured
      ? ['Per cent of similarity: from the threshold up (80, unless configured) the face gets the name.']
      : []),
    ...(guessed ? ['In brackets: whom of all enrolled an unknown face is most like, though not enough.'] : []),
  ];
}

const longestOf = (cells: readonly string[]) => Math.max(24, ...cells.flatMap((cell) => cell.split('\n').map(widthOf)));

/** Of a terminal's cells, Chinese, Japanese and Korean letters take two. */
const widthOf = (text: string) => Array.from(text).reduce((sum, c) => sum + (WIDE.test(c) ? 2 : 1), 0);
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\p{Extended_Pictographic}]/u;

/** A path longer than its column goes on in the next line. */
function folded(name: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const letter of name) {
    if (widthOf(line + letter) > width) {
      lines.push(line);
      line = '';
    }
    line += letter;
  }
  return [...lines, line].join('\n');
}

function rowOf(shown: Shown, people: People): [string, string, string] {
  if ('problem' in shown) return [printable(shown.image_id), '', `failed: ${printable(shown.problem)}`];
  const { photo, faces } = shown;
  const name = printable(photo.image_id);
  switch (photo.status) {
    case 'COMPLETED':
      return [name, String(faces.length), whoIn(faces, people)];
    case 'NO_FACES':
      return [name, '0', 'nobody'];
    case 'REJECTED':
      return [name, '', `rejected: ${photo.message ?? photo.reason ?? ''}`];
    case 'FAILED':
      return [name, '', `failed in ${photo.failed_state ?? 'an unknown state'}: ${failureOf(photo)}`];
    case 'PROCESSING':
      break;
  }
  return [name, '', 'under way'];
}

/** One photo in one line, as it comes in. */
export function photoLine(shown: Shown, people: People): string {
  const [name, , who] = rowOf(shown, people);
  return `${name}: ${who.replaceAll('\n', ', ')}`;
}

const failureOf = ({ error = '', cause = '' }: { error?: string | undefined; cause?: string | undefined }) =>
  printable(cause === '' ? error : `${error}, ${cause}`);

const whoIn = (faces: readonly FaceRecord[], people: People) =>
  faces
    .toSorted((a, b) => a.bounding_box.left - b.bounding_box.left)
    .map((face) => faceLabel(face, people))
    .join('\n');

export function faceLabel(face: FaceRecord, people: People): string {
  if (face.status === 'MATCHED') {
    return `${printable(face.person ?? 'somebody')} ${face.source === 'manual' ? '(by hand)' : percent(face.similarity)}`;
  }
  if (face.status === 'UNSEARCHABLE') return UNSEARCHABLE[face.reason] ?? face.reason;
  if (!face.candidate) return 'unknown';
  return `unknown (${printable(people.get(face.candidate.person_id) ?? 'somebody')} ${percent(face.candidate.similarity)})`;
}

const UNSEARCHABLE: Partial<Record<FaceRecord['reason'], string>> = {
  FACE_TOO_SMALL: 'too small to tell',
  NO_USABLE_FACE_IN_CROP: 'not clear enough to tell',
  OTHER_FACE_IN_CROP: 'too close to another face to tell',
};

/** Rounded down: 79.6 is below a threshold of 80, and must not look as if it were not. */
const percent = (share = 0) => `${Math.floor(share)} %`;
