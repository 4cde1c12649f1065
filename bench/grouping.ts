import { parseArgs } from 'node:util';
import { loadModels } from '../local/rekognition/engine/models.ts';
import { qualityReasons, type QualityFilter } from '../local/rekognition/quality-filter.ts';
import { similarityOf } from '../local/rekognition/similarity.ts';
import type { Pair } from '../tasks/grouping/average-linkage.ts';
import { GROUP_THRESHOLD, groupFaces } from '../tasks/grouping/groups.ts';
import { composeFaces, readPortraits, type KnownFace } from './grouping/faces.ts';
import { scoresOf } from './grouping/scores.ts';

/**
 * Groups faces of people in composed photos, and compares the groups with the truth, at several thresholds and behind
 * several quality filters.
 *
 *   node bench/grouping.ts           the samples' people
 *   node bench/grouping.ts FOLDER    FOLDER/portraits/NAME.jpg, and photos of one person that FOLDER/manifest.json names
 *
 * Exits with 1 if two people are fused, or if BCubed F is below the goal.
 */
const FILTERS: readonly QualityFilter[] = ['AUTO', 'MEDIUM', 'HIGH'];
const THRESHOLDS = [60, 70, 80, 85, 90, 95, 98] as const;
/** The quality filter whose figures are the result. */
const FILTER: QualityFilter = 'MEDIUM';
const GOAL = 0.9;

const [folder] = parseArgs({ allowPositionals: true }).positionals;
const models = await loadModels();
const people = await readPortraits(models, folder);
const all = await composeFaces(models, people);
console.log(`${all.length} faces of ${new Set(people.map(({ name }) => name)).size} people`);
console.log('filter  threshold  faces  groups  mixed  fused pairs  split pairs  pairwise F  BCubed P      R      F');
for (const filter of FILTERS) for (const threshold of THRESHOLDS) print(filter, threshold, measure(filter, threshold));

report(measure(FILTER, GROUP_THRESHOLD));

function report({ faces, groups, scores }: ReturnType<typeof measure>): void {
  const line = `grouping: ${faces} faces, ${groups.length} groups, ${scores.fused} fused pairs`;
  console.log(`${line}, pairwise F ${percent(scores.pairwise.f)} %, BCubed F ${percent(scores.bcubed.f)} %`);
  process.exitCode = scores.fused > 0 || scores.bcubed.f < GOAL ? 1 : 0;
}

function measure(filter: QualityFilter, threshold: number) {
  const passing = all.filter(({ face }) => qualityReasons(face, filter).length === 0);
  const personOf = new Map(passing.map(({ id, person }) => [id, person]));
  const { groups } = groupFaces(passing, pairsOf(passing), threshold);
  const mixed = groups.filter((group) => new Set(group.map((id) => personOf.get(id))).size > 1).length;
  return { faces: passing.length, groups, mixed, scores: scoresOf(personOf, groups) };
}

function pairsOf(some: readonly KnownFace[]): Pair[] {
  return some.flatMap((a, i) =>
    some.slice(i + 1).map((b) => ({ faces: [a.id, b.id] as const, similarity: similarityBetween(a, b) })),
  );
}

function similarityBetween(a: KnownFace, b: KnownFace): number {
  const [x, y] = [a.face.descriptor!, b.face.descriptor!];
  return similarityOf(Math.sqrt(x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0)));
}

function print(filter: QualityFilter, threshold: number, { faces, groups, mixed, scores }: ReturnType<typeof measure>) {
  const { fused, split, pairwise, bcubed } = scores;
  const counts = [String(threshold).padStart(9), String(faces).padStart(6), String(groups.length).padStart(7)];
  const wrong = [String(mixed).padStart(6), String(fused).padStart(12), String(split).padStart(12)];
  const shares = [pairwise.f, bcubed.precision, bcubed.recall, bcubed.f].map(percent);
  const widths = [11, 9, 6, 6];
  console.log(filter.padEnd(7), ...counts, ...wrong, ...shares.map((text, i) => text.padStart(widths[i]!)));
}

function percent(ratio: number): string {
  return (100 * ratio).toFixed(1);
}
