import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { analyze } from '../../local/rekognition/engine/analyze.ts';
import type { Models } from '../../local/rekognition/engine/models.ts';
import type { Job } from '../../local/rekognition/engine/types.ts';
import { type Person, readPeople } from '../recall/people.ts';
import { drawProbe, PORTRAIT, VARIATIONS } from './probes.ts';

/** One face of a known person, with what a quality filter sees of it. */
export interface Probe {
  readonly person: string;
  /** `portrait`, `photo`, or the name of a variation. */
  readonly kind: string;
  readonly vector: readonly number[];
  readonly pixels: number;
  readonly confidence: number;
  readonly brightness: number;
  readonly sharpness: number;
  readonly yaw: number;
}

/** All portraits, and variations of those of `count` people. A probe in which no face is found is left out. */
export async function collectProbes(models: Models, folder: string | undefined, count: number): Promise<Probe[]> {
  const probes: Probe[] = [];
  const people = await readPeople(models, folder, Infinity);
  const step = Math.max(1, Math.floor(people.length / count));
  for (const [i, person] of people.entries()) {
    probes.push(...(await probeOf(models, nameOf(person), 'portrait', await drawProbe(person, PORTRAIT), 'all')));
    for (const variation of i % step === 0 ? VARIATIONS : []) {
      const picture = await drawProbe(person, variation);
      probes.push(...(await probeOf(models, nameOf(person), variation.name, picture, 'largest')));
    }
  }
  return probes;
}

const nameOf = ({ name }: Person): string => name.replace(/\.\w+$/, '').replaceAll('_', '-');

/** The photos of a folder whose manifest.json says that they show one person. */
export async function collectPhotos(models: Models, folder: string): Promise<Probe[]> {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
    file: string;
    person: string;
    faces: number;
  }[];
  const probes: Probe[] = [];
  for (const { file, person, faces } of manifest) {
    if (faces !== 1 || !/-[12]\.\w+$/.test(file)) continue;
    probes.push(...(await probeOf(models, person, 'photo', await readFile(join(folder, file)), 'all')));
  }
  return probes;
}

/** `find` as in an enrolment and in a search. */
async function probeOf(
  models: Models,
  person: string,
  kind: string,
  picture: Buffer,
  find: Job['find'],
): Promise<Probe[]> {
  const { faces } = await analyze(models, { picture, find, attributes: false, descriptors: true });
  const [face] = faces;
  if (!face) return [];
  const { pixels, confidence, quality, pose } = face;
  return [{ person, kind, vector: [...face.descriptor!], pixels, confidence, ...quality, yaw: pose.yaw }];
}
