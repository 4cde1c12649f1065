import type { Unknown } from '../../client/decisions/groups.ts';
import { likeliestOf } from '../../client/decisions/likeliest.ts';
import type { People } from '../../client/deployment/queries.ts';
import { counted, printable } from '../../client/text.ts';
import type { FaceRecord } from '../../schemas/records.ts';
import { plainTable } from './plain-table.ts';
import type { TableLayout } from './table.ts';

/** Faces that stand for a group. */
const SAMPLES = 3;
/** Suggestions in the table. */
const SHOWN = 10;

/** A table of the groups, and below it the suggestions. */
export function groupTable(unknown: Unknown, people: People, { colours }: Pick<TableLayout, 'colours'>): string {
  const { groups, suggestions, alone } = unknown;
  const lines = suggestions
    .slice(0, SHOWN)
    .map((faces) => `  ${faces.map(nameOf).join('  ')}${likeText(faces, people)}`);
  const more = suggestions.length - lines.length;
  return [
    groups.length === 0 ? 'No groups of unknown faces.' : tableOf(groups, people, colours),
    ...(lines.length > 0 ? ['Perhaps one person, too few for a group:', ...lines] : []),
    ...(more > 0 ? [`  and ${more} more: --json prints them all`] : []),
    ...(alone.length > 0 ? [`${counted(alone.length, 'other unknown face')}, like no other one.`] : []),
  ].join('\n');
}

const tableOf = (groups: Unknown['groups'], people: People, colours: boolean): string =>
  plainTable(
    ['group', 'faces', 'photos', 'most like', 'such as'],
    groups.map(({ id, faces }) => [
      id,
      faces.length,
      new Set(faces.map(({ image_id }) => image_id)).size,
      likeText(faces, people).trim() || 'nobody',
      faces.slice(0, SAMPLES).map(nameOf).join('\n'),
    ]),
    { colours },
    ['left', 'right', 'right', 'left', 'left'],
  );

function likeText(faces: readonly FaceRecord[], people: People): string {
  const like = likeliestOf(faces);
  if (!like) return '';
  return `  ${printable(people.get(like.person_id) ?? like.person_id)} ${Math.floor(like.similarity)} %`;
}

const nameOf = ({ image_id, face_index }: FaceRecord) => `${printable(image_id)}#${face_index}`;

/** What `--json` prints, the groups first. Scripts rely on the names. */
export const groupResults = ({ groups, suggestions }: Unknown, people: People) =>
  [...groups, ...suggestions.map((faces) => ({ id: null, faces }))].map(({ id, faces }) => {
    const like = likeliestOf(faces);
    return {
      group: id,
      faces: faces.map(({ image_id, face_index, crop_key }) => ({ photo: image_id, index: face_index, crop_key })),
      candidate: like ? { ...like, person: people.get(like.person_id) ?? null } : null,
    };
  });
