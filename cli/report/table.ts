import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { People } from '../../client/deployment/queries.ts';
import { printable } from '../../client/text.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import type { PhotoReport } from './photo-result.ts';

export interface TableLayout {
  readonly columns: number;
  readonly colours: boolean;
}

/** Width of the borders, the padding and the column of counts. */
const FRAME = 18;

/** A table of who is in which photo. */
export function photoTable(photos: readonly PhotoReport[], people: People, { columns, colours }: TableLayout): string {
  const rows = photos.map((shown) => tableRow(shown, people));
  const longest = Math.max(5, ...rows.map(([name]) => stringWidth(name)));
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
  for (const [name, ...cells] of rows) table.push([wrapped(name, photoWidth), ...cells]);
  return [table.toString(), ...legend(photos)].join('\n');
}

/** Explains only what the table shows. */
function legend(photos: readonly PhotoReport[]): string[] {
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

const longestOf = (cells: readonly string[]) =>
  Math.max(24, ...cells.flatMap((cell) => cell.split('\n').map((line) => stringWidth(line))));

const graphemes = new Intl.Segmenter();

/** Wraps a path that is longer than its column, between characters as a reader sees them. */
function wrapped(name: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const { segment } of graphemes.segment(name)) {
    if (stringWidth(line + segment) > width) {
      lines.push(line);
      line = '';
    }
    line += segment;
  }
  return [...lines, line].join('\n');
}

function tableRow(shown: PhotoReport, people: People): [string, string, string] {
  if ('problem' in shown) return [printable(shown.image_id), '', `failed: ${printable(shown.problem)}`];
  const { photo, faces } = shown;
  const name = printable(photo.image_id);
  switch (photo.status) {
    case 'COMPLETED':
      return [name, String(faces.length), faceLabels(faces, people)];
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

/** A photo in one line. */
export function photoLine(shown: PhotoReport, people: People): string {
  const [name, , who] = tableRow(shown, people);
  return `${name}: ${who.replaceAll('\n', ', ')}`;
}

const failureOf = ({ error = '', cause = '' }: { error?: string | undefined; cause?: string | undefined }) =>
  printable(cause === '' ? error : `${error}, ${cause}`);

const faceLabels = (faces: readonly FaceRecord[], people: People) =>
  faces
    .toSorted((a, b) => a.bounding_box.left - b.bounding_box.left)
    .map((face) => faceLabel(face, people))
    .join('\n');

export function faceLabel(face: FaceRecord, people: People): string {
  if (face.status === 'MATCHED') {
    return `${printable(nameOf(face, people))} ${face.source === 'manual' ? '(by hand)' : percent(face.similarity)}`;
  }
  if (face.status === 'STRANGER') return 'a stranger';
  if (face.status === 'NOT_A_FACE') return 'not a face';
  if (face.status === 'UNSEARCHABLE') return UNSEARCHABLE[face.reason] ?? face.reason;
  if (!face.candidate) return 'unknown';
  return `unknown (${printable(people.get(face.candidate.person_id) ?? 'somebody')} ${percent(face.candidate.similarity)})`;
}

/** As the person is called now. The row has the name of the time when it was written. */
const nameOf = ({ person_id, person = 'somebody' }: FaceRecord, people: People) =>
  people.get(person_id ?? '') ?? person;

const UNSEARCHABLE: Partial<Record<FaceRecord['reason'], string>> = {
  FACE_TOO_SMALL: 'too small to tell',
  NO_USABLE_FACE_IN_CROP: 'not clear enough to tell',
  OTHER_FACE_IN_CROP: 'too close to another face to tell',
};

/** Rounded down, so that 79.6, which is below a threshold of 80, does not show as 80. */
const percent = (share = 0) => `${Math.floor(share)} %`;
