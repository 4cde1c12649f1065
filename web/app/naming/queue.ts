import type { GroupFace, UnknownGroup } from '../../api/schemas/unknown.ts';

export const faceKey = ({ image_id, index }: GroupFace) => `${image_id}#${index}`;

/** What was done here and the groups that were asked for do not show yet. */
export interface Done {
  /** Faces that have an answer, by their keys. */
  readonly faces: ReadonlySet<string>;
  /** Whom a group is not, by its id. */
  readonly refused: Readonly<Record<string, readonly string[]>>;
  /** Groups to come back to. They wait at the end. */
  readonly unsure: readonly string[];
}

/** What an act does to the queue. */
export type Effect = { group_id: string } & (
  | { kind: 'answered'; faces: readonly string[] }
  | { kind: 'refused'; person_id: string }
  | { kind: 'postponed' }
);

/** What all acts come to, the oldest first. `unsure`: what was postponed in an earlier session. */
export function resultOf(effects: readonly Effect[], unsure: readonly string[]): Done {
  const faces = new Set<string>();
  const refused: Record<string, string[]> = {};
  const waiting = new Set(unsure);
  for (const effect of effects) {
    if (effect.kind === 'answered') for (const face of effect.faces) faces.add(face);
    if (effect.kind === 'refused') (refused[effect.group_id] ??= []).push(effect.person_id);
    if (effect.kind === 'postponed') {
      waiting.delete(effect.group_id);
      waiting.add(effect.group_id);
    }
  }
  return { faces, refused, unsure: [...waiting] };
}

/** After so many rejections, nobody is suggested for a group any more. */
const MOST_REJECTIONS = 3;

/** The groups that still need an answer, in the order in which they come. */
export function queueOf(groups: readonly UnknownGroup[], done: Done): UnknownGroup[] {
  const open = groups.map((group) => withoutDone(group, done)).filter(({ count }) => count > 0);
  const isUnsure = ({ group_id }: UnknownGroup) => done.unsure.includes(group_id);
  const place = ({ group_id }: UnknownGroup) => done.unsure.indexOf(group_id);
  return [
    ...open.filter((group) => !isUnsure(group)),
    ...open.filter(isUnsure).sort((one, other) => place(one) - place(other)),
  ];
}

/** Several groups as one. Nobody is suggested for them: each may be like somebody else. */
export function together([first, ...others]: readonly UnknownGroup[]): UnknownGroup | undefined {
  if (!first || others.length === 0) return first;
  const all = [first, ...others];
  return {
    group_id: first.group_id,
    count: all.reduce((sum, { count }) => sum + count, 0),
    faces: all.flatMap(({ faces }) => faces),
    suggestions: [],
  };
}

export function withoutDone(group: UnknownGroup, { faces, refused }: Done): UnknownGroup {
  const left = group.faces.filter((face) => !faces.has(faceKey(face)));
  const no = refused[group.group_id] ?? [];
  return {
    ...group,
    faces: left,
    count: group.count - (group.faces.length - left.length),
    suggestions:
      no.length >= MOST_REJECTIONS ? [] : group.suggestions.filter(({ person_id }) => !no.includes(person_id)),
  };
}
