// npm run bench:users [-- --photos DIR] [-- --count N]
//
// Searches faces against users: the same people, enrolled by the same three pictures each, are searched with the same
// pictures once by SearchFacesByImage, which compares with every enrolled face, and once by SearchUsersByImage, which
// compares with one vector a person. DIR has photos with a manifest.json, and portraits in portraits/; without it,
// ../shared/photos if that is there, else the samples' people. Every third person is not enrolled. About 2 minutes.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadModels } from '../local/rekognition/engine/models.ts';
import { PORTRAIT, VARIATIONS, drawProbe, type Variation } from './identify/probes.ts';
import { readPeople } from './recall/people.ts';
import { startGallery, type Found } from './users/gallery.ts';
import { tallyAt, type Answer } from './users/tally.ts';

const { values } = parseArgs({ options: { photos: { type: 'string' }, count: { type: 'string', default: '15' } } });
const beside = join(import.meta.dirname, '../../shared/photos');
const photos = values.photos ?? (existsSync(beside) ? beside : undefined);
const folder = photos === undefined ? undefined : join(photos, 'portraits');

const ENROLLED = new Set(['dark', '60 px']);
const THRESHOLDS = [70, 80, 90, 95, 98, 99];
/** SearchFacesByImage, SearchUsersByImage, IndexFaces and AssociateFaces, in US dollars a call (us-east-1, 2026-11). */
const DOLLARS_PER_CALL = 0.001;

const isEnrolled = ({ name }: Variation) => ENROLLED.has(name);

const people = await readPeople(await loadModels(), folder, Number(values.count));
const gallery = await startGallery();
const answers: { readonly faces: Answer[]; readonly users: Answer[] } = { faces: [], users: [] };
try {
  const known = people.filter((_, at) => at % 3 !== 2);
  for (const person of known) {
    const pictures = [PORTRAIT, ...VARIATIONS.filter(isEnrolled)].map((variation) => drawProbe(person, variation));
    await gallery.enrol(idOf(person.name), await Promise.all(pictures));
  }
  for (const person of people) {
    const expected = known.includes(person) ? idOf(person.name) : undefined;
    for (const variation of VARIATIONS) {
      if (isEnrolled(variation)) continue;
      const picture = await drawProbe(person, variation);
      answers.faces.push(answerOf(expected, await gallery.searchFaces(picture)));
      answers.users.push(answerOf(expected, await gallery.searchUsers(picture)));
    }
  }
  report(known.length);
} finally {
  await gallery.close();
}

function idOf(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_');
}

function answerOf(expected: string | undefined, found: Found | undefined): Answer {
  return { expected, found: found?.person, similarity: found?.similarity ?? 0 };
}

function report(known: number): void {
  const searches = answers.faces.length;
  console.log(`${known} people enrolled by three pictures each, ${people.length - known} not; ${searches} pictures`);
  console.log('\n| threshold | searched | right | wrong | missed |\n| --: | --- | --: | --: | --: |');
  for (const threshold of THRESHOLDS) {
    for (const kind of ['faces', 'users'] as const) {
      const { right, wrong, missed } = tallyAt(answers[kind], threshold);
      console.log(`| ${threshold} | ${kind} | ${right} | ${wrong} | ${missed} |`);
    }
  }
  const calls = { faces: gallery.calls.index + searches, users: gallery.calls.index + gallery.calls.user + searches };
  const figures = (['faces', 'users'] as const).map((kind) => {
    const { right, wrong, missed } = tallyAt(answers[kind], 80);
    return `${kind} ${right} right, ${wrong} wrong, ${missed} missed, ${calls[kind]} calls, $${(calls[kind] * DOLLARS_PER_CALL).toFixed(3)}`;
  });
  console.log(`\nusers: at 80 ${figures.join('; ')}`);
}
