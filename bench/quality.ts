import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { analyze } from '../local/rekognition/engine/analyze.ts';
import { loadModels } from '../local/rekognition/engine/models.ts';
import type { Face } from '../local/rekognition/engine/types.ts';
import { type QualityFilter, qualityReasons } from '../local/rekognition/quality-filter.ts';
import { distanceOf } from '../local/rekognition/similarity.ts';
import { distance } from './identify/rates.ts';
import { readBackgrounds } from './recall/backgrounds.ts';
import { drawFrame, isOn, type Shot } from './recall/frame.ts';
import { type Person, readPeople } from './recall/people.ts';

/**
 * What each QualityFilter drops: portraits are put into frames, smaller, darker, brighter and more blurred each time, and
 * the faces found there are compared with their own portraits. The thresholds in quality-filter.ts come from its tables.
 *
 *   node bench/quality.ts                   the samples' people on drawn backgrounds
 *   node bench/quality.ts --people DIR      portraits of other people
 *     --backgrounds DIR                     pictures without a face
 *     --faces N                             people (default 73)
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string' },
    backgrounds: { type: 'string' },
    faces: { type: 'string', default: '73' },
  },
});
const FACES_PER_FRAME = 12;
const HEAD_WIDTH = 400;
const SIMILARITIES = [80, 95, 99];
const PLAIN: Shot = { width: 1920, height: 1080, face: 100, roll: 0, light: 1, blur: 0, quality: 85, seed: 7 };
const SHOTS: Partial<Shot>[] = [
  ...[16, 20, 24, 28, 32, 36, 40, 50, 64, 80].map((face) => ({ face })),
  ...[0.1, 0.15, 0.2, 0.3, 0.5, 1.5, 2, 2.5].map((light) => ({ light })),
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((blur) => ({ blur })),
  ...[1, 2, 3].map((blur) => ({ blur, face: 50 })),
  ...[0.1, 0.2, 0.3].map((light) => ({ light, face: 50 })),
];

/** A face that was found, and its distance to its own portrait. */
interface Measured {
  readonly face: Face;
  readonly own: number;
  readonly shot: Shot;
}

const models = await loadModels();
const people = await readPeople(models, values.people, Number(values.faces));
const backgrounds = await readBackgrounds(values.backgrounds);
const portraits = await Promise.all(people.map(descriptorOf));
const measured: Measured[] = [];
for (const [n, change] of SHOTS.entries()) {
  for (let i = 0; i < people.length; i += FACES_PER_FRAME) await measure({ ...PLAIN, ...change, seed: 7 + i }, i, n);
}
printBands(
  'pixels',
  [16, 20, 24, 28, 32, 36, 40, 64],
  (face) => face.pixels,
  ({ light, blur }) => light === 1 && blur === 0,
);
printBands(
  'brightness',
  [0, 6, 10, 15, 30, 60, 80, 90],
  (face) => face.quality.brightness,
  ({ blur }) => blur === 0,
);
printBands(
  'sharpness',
  [0, 10, 18, 25, 35, 50, 60, 80],
  (face) => face.quality.sharpness,
  ({ light }) => light <= 1,
);
printBands('confidence', [0.85, 0.9, 0.95, 0.98], (face) => face.confidence);
for (const filter of ['LOW', 'MEDIUM', 'HIGH'] as const) printFilter(filter);

/** Of the head alone, which is enlarged because pictures have to have 80 pixels. */
async function descriptorOf({ picture }: Person): Promise<Float32Array | undefined> {
  const head = sharp(picture).resize({ width: HEAD_WIDTH }).flatten({ background: '#808080' });
  return (await facesOn(await head.png().toBuffer()))[0]?.descriptor;
}

async function facesOn(picture: Buffer): Promise<Face[]> {
  return (await analyze(models, { picture, find: 'all', attributes: false, descriptors: true })).faces;
}

async function measure(shot: Shot, from: number, n: number): Promise<void> {
  const some: readonly Person[] = people.slice(from, from + FACES_PER_FRAME);
  const { jpeg, places } = await drawFrame(backgrounds[(from + n) % backgrounds.length]!, some, shot);
  for (const face of await facesOn(jpeg)) {
    const place = places.findIndex((each) => isOn(each, face.box, shot));
    const portrait = portraits[from + place];
    if (place >= 0 && portrait) measured.push({ face, own: distance([...face.descriptor!], [...portrait]), shot });
  }
}

/** How many faces match their portrait in each band of a measure. */
function printBands(name: string, edges: number[], of: (face: Face) => number, where = (_: Shot) => true): void {
  console.log(`\n| ${name} | faces | match at ${SIMILARITIES.join(' | at ')} |\n| --- | --: |${' --: |'.repeat(3)}`);
  const some = measured.filter(({ shot }) => where(shot));
  for (const [i, edge] of edges.entries()) {
    const end = edges[i + 1] ?? Infinity;
    const band = some.filter(({ face }) => of(face) >= edge && of(face) < end);
    console.log(
      `| ${end === Infinity ? `${edge} and more` : `${edge} to ${end}`} | ${band.length} | ${matches(band)} |`,
    );
  }
}

function printFilter(filter: QualityFilter): void {
  const passed = measured.filter(({ face }) => qualityReasons(face, filter).length === 0);
  const dropped = measured.filter(({ face }) => qualityReasons(face, filter).length > 0);
  console.log(
    `\n${filter}: ${passed.length} faces pass, ${dropped.length} do not; match at ${SIMILARITIES.join(', ')}:`,
  );
  console.log(`  passed | ${matches(passed)}\n  dropped | ${matches(dropped)}`);
}

function matches(some: readonly Measured[]): string {
  const share = (similarity: number) => some.filter(({ own }) => own <= distanceOf(similarity)).length / some.length;
  return SIMILARITIES.map((each) => (some.length === 0 ? '' : `${Math.round(100 * share(each))} %`)).join(' | ');
}
