import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadModels } from '../local/rekognition/engine/models.ts';
import { collectPhotos, collectProbes, type Probe } from './identify/collect.ts';
import { VARIATIONS } from './identify/probes.ts';
import { distance, openSet, rankOne } from './identify/rates.ts';

/**
 * Who is told apart: portraits as the gallery, searched with variations of them and with other photos.
 *
 *   node bench/identify.ts                  the samples' people
 *   node bench/identify.ts --people DIR     portraits of other people, one each
 *     --photos DIR                          NAME-1 and NAME-2 with a manifest.json that names the people
 *     --count N                             people whose portraits are varied (default 30)
 *     --vectors FILE                        reads the vectors from this file, or writes it if it does not exist
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string' },
    photos: { type: 'string' },
    count: { type: 'string', default: '30' },
    vectors: { type: 'string' },
  },
});
const THRESHOLDS = [50, 60, 70, 80, 85, 90, 95, 98, 99];

const probes = await readProbes();
const usual = new Set(VARIATIONS.filter(({ isUsual }) => isUsual).map(({ name }) => name));
const portraits = probes.filter(({ kind }) => kind === 'portrait');
const photos = probes.filter(({ kind }) => kind === 'photo');
const varied = probes.filter(({ kind }) => kind !== 'portrait' && kind !== 'photo');
const common = varied.filter(({ kind }) => usual.has(kind));

console.log(`${portraits.length} portraits enrolled, ${varied.length} variations, ${photos.length} other photos`);
console.log('\n| variation | probes | rank one | farthest own | nearest other |\n| --- | --: | --: | --: | --: |');
for (const { name } of VARIATIONS)
  printVariation(
    name,
    varied.filter(({ kind }) => kind === name),
  );
printOpenSet('usual variations', common, portraits);
printOpenSet('the portraits themselves, against the others', portraits, portraits);
if (photos.length > 0) {
  const known = new Set(portraits.map(({ person }) => person));
  printOpenSet('other photos', photos, portraits);
  printPairs([...portraits, ...photos].filter(({ person, kind }) => kind === 'photo' || known.has(person)));
}
printOpenSet('usual variations, three enrolled', common.filter(isSearched), [
  ...portraits,
  ...common.filter(isEnrolled),
]);
printOpenSet('the same probes, one enrolled', common.filter(isSearched), portraits);

async function readProbes(): Promise<Probe[]> {
  const cached =
    values.vectors === undefined ? undefined : await readFile(values.vectors, 'utf8').catch(() => undefined);
  if (cached !== undefined) return JSON.parse(cached) as Probe[];
  const models = await loadModels();
  const found = await collectProbes(models, values.people, Number(values.count));
  if (values.photos !== undefined) found.push(...(await collectPhotos(models, values.photos)));
  if (values.vectors !== undefined) await writeFile(values.vectors, JSON.stringify(found));
  return found;
}

function isEnrolled({ kind }: Probe): boolean {
  return kind === 'dark' || kind === '60 px';
}

function isSearched(probe: Probe): boolean {
  return !isEnrolled(probe);
}

function printVariation(name: string, some: readonly Probe[]): void {
  if (some.length === 0) return;
  const own: number[] = [];
  const other: number[] = [];
  for (const probe of some) {
    const apart = (same: boolean) =>
      portraits
        .filter(({ person }) => (person === probe.person) === same)
        .map(({ vector }) => distance(probe.vector, vector));
    own.push(Math.min(...apart(true)));
    other.push(Math.min(...apart(false)));
  }
  const cells = [name, some.length, percent(rankOne(portraits, some)), Math.max(...own).toFixed(2)];
  console.log(`| ${[...cells, Math.min(...other).toFixed(2)].join(' | ')} |`);
}

function printOpenSet(title: string, some: readonly Probe[], gallery: readonly Probe[]): void {
  console.log(`\n${title} (${some.length} probes; closed set, rank one: ${percent(rankOne(gallery, some))})\n`);
  console.log('| threshold | missed | wrong person | unknown falsely named |\n| --: | --: | --: | --: |');
  for (const { threshold, missed, wrong, falselyNamed } of openSet(gallery, some, THRESHOLDS))
    console.log(`| ${threshold} | ${percent(missed)} | ${percent(wrong)} | ${percent(falselyNamed)} |`);
}

function printPairs(some: readonly Probe[]): void {
  const own: number[] = [];
  const other: number[] = [];
  some.forEach((one, i) => {
    for (const two of some.slice(i + 1))
      (one.person === two.person ? own : other).push(distance(one.vector, two.vector));
  });
  console.log(`\n${own.length} pairs of one person, ${other.length} of two\n`);
  console.log('| distance | one person, farther | two people, nearer |\n| --: | --: | --: |');
  for (const limit of [0.4, 0.45, 0.48, 0.5, 0.52, 0.55, 0.6]) {
    const farther = own.filter((apart) => apart > limit).length / own.length;
    const nearer = other.filter((apart) => apart <= limit).length / other.length;
    console.log(`| ${limit.toFixed(2)} | ${percent(farther)} | ${percent(nearer, 3)} |`);
  }
}

function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}
