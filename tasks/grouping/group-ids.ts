import { createHash } from 'node:crypto';

/** The faces of each group, by the group's id. */
export type Groups = ReadonlyMap<string, readonly string[]>;

/**
 * Gives each group an id. It keeps that of the earlier group with which it shares most faces; when a group fell apart,
 * the part that shares most keeps the id. An id that belonged to another group is never given to a new one.
 */
export function withIds(groups: readonly (readonly string[])[], earlier: Groups): Groups {
  const ids = keptIds(groups, earlier);
  const taken = new Set(earlier.keys());
  return new Map(
    groups.map((faces, i) => {
      const id = ids.get(i) ?? newId(faces, taken);
      taken.add(id);
      return [id, faces] as const;
    }),
  );
}

/** By the position of the group. */
function keptIds(groups: readonly (readonly string[])[], earlier: Groups): Map<number, string> {
  const idOfFace = new Map([...earlier].flatMap(([id, faces]) => faces.map((face) => [face, id] as const)));
  const shares = groups.flatMap((faces, at) => {
    const ids = Map.groupBy(
      faces.filter((face) => idOfFace.has(face)),
      (face) => idOfFace.get(face)!,
    );
    return [...ids].map(([id, { length: shared }]) => ({ at, id, shared }));
  });
  const kept = new Map<number, string>();
  const given = new Set<string>();
  for (const { at, id } of shares.toSorted((a, b) => b.shared - a.shared || a.at - b.at || (a.id < b.id ? -1 : 1))) {
    if (kept.has(at) || given.has(id)) continue;
    kept.set(at, id);
    given.add(id);
  }
  return kept;
}

/** From the faces, so that a run that is repeated gives the same id. */
function newId(faces: readonly string[], taken: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt++) {
    const hash = createHash('sha256')
      .update(JSON.stringify([attempt, faces]))
      .digest('hex');
    const id = `g_${hash.slice(0, 8)}`;
    if (!taken.has(id)) return id;
  }
}
