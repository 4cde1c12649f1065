import { Comparisons, GroupId, UnknownGroups } from '../../schemas/grouping.ts';
import { COMPARISONS_KEY, GROUPS_KEY, vectorIdOf } from '../../schemas/keys.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { startMachine } from '../deployment/execution.ts';
import { readJsonIfThere } from '../deployment/objects.ts';
import { queryIndex } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { Failure } from '../failure.ts';
import { printable } from '../text.ts';
import { newBatch } from './decide.ts';

/** Paid calls to group one face: IndexFaces and SearchFaces. */
export const CALLS_TO_GROUP = 2;

/** The unknown faces as they are now. */
export interface Unknown {
  /** Absent if they were never grouped. */
  readonly grouped_at?: string;
  /** The largest first. Those of which no face is unknown any more are left out. */
  readonly groups: readonly { readonly id: string; readonly faces: readonly FaceRecord[] }[];
  readonly suggestions: readonly (readonly FaceRecord[])[];
  /** In no group, and in no suggestion. */
  readonly alone: readonly FaceRecord[];
  /** Not in the last grouping. */
  readonly fresh: number;
}

export const isGroup = (text: string) => GroupId.safeParse(text).success;

/** Reads the groups, with the faces that are still unknown. */
export async function readUnknown(target: Target): Promise<Unknown> {
  const [rows, groups, comparisons] = await Promise.all([
    readUnknownFaces(target),
    readJsonIfThere(target, GROUPS_KEY, UnknownGroups),
    readJsonIfThere(target, COMPARISONS_KEY, Comparisons),
  ]);
  const compared = new Set(comparisons?.faces.map(({ id }) => id));
  const present = (faces: readonly { readonly crop_key: string }[]) =>
    faces.flatMap(({ crop_key }) => rows.get(crop_key) ?? []);
  const shown = (groups?.groups ?? [])
    .map(({ id, faces }) => ({ id, faces: present(faces) }))
    .filter(({ faces }) => faces.length > 0)
    .toSorted((a, b) => b.faces.length - a.faces.length);
  const suggestions = (groups?.suggestions ?? []).map(present).filter(({ length }) => length > 1);
  const together = new Set([...shown.map(({ faces }) => faces), ...suggestions].flat());
  return {
    ...(groups ? { grouped_at: groups.grouped_at } : {}),
    groups: shown,
    suggestions,
    alone: [...rows.values()].filter((row) => !together.has(row)),
    fresh: [...rows.keys()].filter((crop) => !compared.has(vectorIdOf(crop))).length,
  };
}

/** Starts to group them anew, without waiting for the end. Gives the execution. */
export function startGrouping(target: Target): Promise<string> {
  const { batch: run } = newBatch();
  return startMachine(target, 'group-unknown', { bucket: target.deployment.bucket, run }, run);
}

/** The faces of a group that are still unknown. */
export async function facesOfGroups(target: Target, ids: readonly string[]): Promise<FaceRecord[]> {
  if (ids.length === 0) return [];
  const { groups } = await readUnknown(target);
  return ids.flatMap((id) => {
    const group = groups.find((one) => one.id === id);
    if (group) return group.faces;
    throw new Failure(
      `There is no group ${printable(id)}, or no face of it is unknown any more. rollcall unknown lists the groups.`,
    );
  });
}

/** By their crops: a face of a photo that was replaced has another one. */
async function readUnknownFaces(target: Target): Promise<Map<string, FaceRecord>> {
  const query = { table: 'results', index: 'by-status', value: 'UNKNOWN', schema: FaceRecord } as const;
  const rows = await queryIndex(target, query);
  return new Map(rows.flatMap((row) => (row.crop_key === undefined ? [] : [[row.crop_key, row] as const])));
}
