import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadModels } from '../local/rekognition/engine/models.ts';
import type { Analysis } from '../local/rekognition/engine/types.ts';
import { readBackgrounds } from './recall/backgrounds.ts';
import { drawFrame, isOn, type Shot } from './recall/frame.ts';
import { type Person, readPeople } from './recall/people.ts';
import { SERIES } from './recall/series.ts';

/**
 * Puts the faces of portraits into frames, at known places and sizes, and counts those that the engine finds.
 *
 *   node bench/recall.ts                    the samples' people on drawn backgrounds
 *   node bench/recall.ts --people DIR       portraits of other people
 *     --backgrounds DIR                     pictures without a face
 *     --faces N                             people per point (default 24)
 *     --series NAME                         only one series: size, roll, light, blur, quality or megapixels
 *     --engine DIR                          another version's local/rekognition/engine
 *     --out FILE                            the counts and every box's confidence, as JSON for curves and calibration
 */
const { values } = parseArgs({
  options: {
    people: { type: 'string' },
    backgrounds: { type: 'string' },
    faces: { type: 'string', default: '24' },
    series: { type: 'string' },
    engine: { type: 'string' },
    out: { type: 'string' },
  },
});
const FACES_PER_FRAME = 12;

export interface Point {
  readonly series: string;
  readonly value: number;
  faces: number;
  found: number;
  /** Boxes on no face. */
  wrong: number;
  frames: number;
  /** Of every box, 0 to 1, with whether it is on a face. */
  confidences: [confidence: number, right: boolean][];
}

const models = await loadModels();
const people = await readPeople(models, values.people, Number(values.faces));
const backgrounds = await readBackgrounds(values.backgrounds);
const look = await engineIn(values.engine);
const points: Point[] = [];
console.log('series      value   faces   found   wrong boxes   frames');
for (const { name, shots } of SERIES) {
  if (values.series !== undefined && values.series !== name) continue;
  for (const [value, shot] of shots) points.push(await measure(name, value, shot));
}
if (values.out !== undefined) await writeFile(values.out, JSON.stringify(points));

/** The engine of this version, or that of another folder. */
async function engineIn(folder: string | undefined): Promise<(picture: Buffer) => Promise<Analysis>> {
  const from = folder === undefined ? undefined : pathToFileURL(`${resolve(folder)}/`);
  const load = async (file: string, own: string) => import(from ? new URL(file, from).href : own);
  const { analyze } = (await load('analyze.ts', '../local/rekognition/engine/analyze.ts')) as {
    analyze: (models: unknown, job: object) => Promise<Analysis>;
  };
  const its = from ? ((await load('models.ts', '')) as { loadModels(): Promise<unknown> }) : undefined;
  const loaded = its ? await its.loadModels() : models;
  return (picture) => analyze(loaded, { picture, find: 'all', attributes: false, descriptors: false });
}

async function measure(series: string, value: number, shot: Shot): Promise<Point> {
  const point: Point = { series, value, faces: 0, found: 0, wrong: 0, frames: 0, confidences: [] };
  for (let i = 0; i < people.length; i += FACES_PER_FRAME) {
    await addFrame(point, people.slice(i, i + FACES_PER_FRAME), { ...shot, seed: shot.seed + i });
  }
  const { faces, found, wrong, frames } = point;
  const columns = [value, faces, found].map((number) => String(number).padStart(7));
  console.log(series.padEnd(10), columns.join(' '), String(wrong).padStart(13), String(frames).padStart(8));
  return point;
}

async function addFrame(point: Point, some: readonly Person[], shot: Shot): Promise<void> {
  const background = backgrounds[(shot.seed + point.value) % backgrounds.length] ?? backgrounds[0]!;
  const { jpeg, places } = await drawFrame(background, some, shot);
  const { faces } = await look(jpeg);
  const left = new Set(places);
  for (const { box, confidence } of faces) {
    const place = [...left].find((each) => isOn(each, box, shot));
    if (place) left.delete(place);
    point.confidences.push([confidence, place !== undefined]);
    point[place ? 'found' : 'wrong'] += 1;
  }
  point.faces += places.length;
  point.frames += 1;
}
