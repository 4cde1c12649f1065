import { readFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { analyze } from '../../local/rekognition/engine/analyze.ts';
import type { Models } from '../../local/rekognition/engine/models.ts';
import type { Face } from '../../local/rekognition/engine/types.ts';
import { readBackgrounds } from '../recall/backgrounds.ts';
import { drawFrame, isOn, type Shot } from '../recall/frame.ts';
import { readPeople, type Person } from '../recall/people.ts';

/** A face that the engine found in a composed photo, and whose it is. */
export interface KnownFace {
  readonly id: string;
  readonly photo: string;
  readonly person: string;
  readonly face: Face;
}

const FACES_PER_PHOTO = 8;
const PLAIN: Shot = { width: 1920, height: 1080, face: 140, roll: 0, light: 1, blur: 0, quality: 85, seed: 1 };

/** Each person is drawn once with each of these. */
const VARIATIONS: readonly Shot[] = [
  PLAIN,
  { ...PLAIN, face: 60, seed: 2 },
  { ...PLAIN, roll: 20, light: 0.5, seed: 3 },
  { ...PLAIN, face: 90, roll: -15, light: 1.5, quality: 40, seed: 4 },
  { ...PLAIN, face: 110, blur: 2.5, light: 0.8, seed: 5 },
  { ...PLAIN, face: 48, roll: 10, blur: 1, quality: 50, seed: 6 },
];

/** Pictures of people: those of a folder, or else those of the samples. Some people have several. */
export async function readPortraits(models: Models, folder: string | undefined): Promise<Person[]> {
  if (folder === undefined) return readPeople(models, undefined, Infinity);
  const portraits = await readPeople(models, join(folder, 'portraits'), Infinity);
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
    file: string;
    person?: string;
    faces: number;
  }[];
  const personOf = new Map(manifest.filter(({ faces }) => faces === 1).map(({ file, person }) => [file, person]));
  const others = (await readPeople(models, folder, Infinity)).filter(({ name }) => /^[\w-]+-\d\./.test(name));
  return [
    ...portraits.map((person) => ({ ...person, name: parse(person.name).name.replaceAll('_', '-') })),
    ...others.flatMap((person) => ({ ...person, name: personOf.get(person.name) ?? [] }) as Person | []),
  ];
}

/** Puts the people into photos, in every variation, and finds them there. Of one person, a photo has one face. */
export async function composeFaces(models: Models, people: readonly Person[]): Promise<KnownFace[]> {
  const backgrounds = await readBackgrounds(undefined);
  const found: KnownFace[] = [];
  for (const [v, variation] of VARIATIONS.entries()) {
    for (const [n, some] of sittings(people).entries()) {
      const shot = { ...variation, seed: variation.seed * 1000 + n };
      const { jpeg, places } = await drawFrame(backgrounds[(v + n) % backgrounds.length]!, some, shot);
      const { faces } = await analyze(models, { picture: jpeg, find: 'all', attributes: false, descriptors: true });
      const photo = `${v}-${n}`;
      for (const [i, face] of faces.entries()) {
        const at = places.findIndex((place) => isOn(place, face.box, shot));
        if (at !== -1) found.push({ id: `${photo}#${i}`, photo, person: some[at]!.name, face });
      }
    }
  }
  return found;
}

/** Those who are in a photo together. */
function sittings(people: readonly Person[]): Person[][] {
  const photos: Person[][] = [];
  for (const person of people) {
    const room = photos.find(
      (photo) => photo.length < FACES_PER_PHOTO && photo.every(({ name }) => name !== person.name),
    );
    if (room) room.push(person);
    else photos.push([person]);
  }
  return photos;
}
