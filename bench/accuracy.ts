import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PhotoResult } from '../cli/report/photo-result.ts';
import { portrait, readManifest, samplePath } from '../samples/samples.ts';

/**
 * Counts the faces found and the names right, wrong and missed, through the whole pipeline as `rollcall recognize`
 * runs it.
 *
 *   node bench/accuracy.ts                  the sample photos
 *   node bench/accuracy.ts FOLDER           enrols portraits NAME-1.jpg and searches NAME-2.jpg; group-…-7.jpg has
 *                                           seven faces, noface-….jpg has none; in a folder without numbers every
 *                                           portrait is enrolled and searched
 */
interface Case {
  readonly path: string;
  readonly faces: number;
  /** The enrolled person that it shows, if any. */
  readonly people: readonly string[];
  /** Points in faces that nobody can identify: their names count as neither right nor wrong. */
  readonly unsure: readonly { x: number; y: number }[];
}

interface Bench {
  readonly portraits: ReadonlyMap<string, Buffer>;
  readonly cases: readonly Case[];
}

const [folder] = process.argv.slice(2);
const temporary = await mkdtemp(join(tmpdir(), 'rollcall-accuracy-'));
try {
  const bench = folder === undefined ? await samples() : await portraitsIn(folder);
  const { results, seconds } = await recognize(bench);
  report(bench, results, seconds);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function samples(): Promise<Bench> {
  const manifest = await readManifest();
  const portraits = new Map<string, Buffer>();
  for (const person of manifest.people) portraits.set(person.name, await portrait(manifest, person));
  const cases = manifest.photos.map(({ file, faces }) => ({
    path: samplePath(manifest, file),
    faces: faces.length,
    people: faces.flatMap(({ person }) => person ?? []),
    unsure: faces.filter(({ unsure }) => unsure),
  }));
  return { portraits, cases };
}

async function portraitsIn(where: string): Promise<Bench> {
  const Photo = JSON.parse(await readFile(join(where, 'manifest.json'), 'utf8')) as {
    file: string;
    person?: string;
    faces: number;
  }[];
  const portraits = new Map<string, Buffer>();
  const cases: Case[] = [];
  const isNumbered = Photo.some(({ file }) => /-[12]\.\w+$/.test(file));
  for (const { file: listed, faces } of Photo) {
    const file = basename(listed);
    if (!isNumbered) {
      const person = titled(file.replace(/\.\w+$/, ''));
      portraits.set(person, await readFile(join(where, file)));
      cases.push({ path: join(where, file), faces, people: [person], unsure: [] });
      continue;
    }
    const [, name, number] = /^(.*)-([12])\.\w+$/.exec(file) ?? [];
    if (name !== undefined && number === '1') portraits.set(titled(name), await readFile(join(where, file)));
    else cases.push({ path: join(where, file), faces, people: name === undefined ? [] : [titled(name)], unsure: [] });
  }
  return { portraits, cases };
}

function titled(name: string): string {
  return name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
}

async function recognize({ portraits, cases }: Bench): Promise<{ results: Map<string, PhotoResult>; seconds: number }> {
  const inside = (name: string) => join(temporary, name);
  for (const [name, bytes] of portraits) {
    await mkdir(inside(`people/${name}`), { recursive: true });
    await writeFile(inside(`people/${name}/portrait.jpg`), bytes);
  }
  await mkdir(inside('photos'));
  for (const { path } of cases) await cp(path, inside(`photos/${basename(path)}`));

  const bin = fileURLToPath(new URL('../cli/bin.mjs', import.meta.url));
  const command = [
    bin,
    'recognize',
    inside('photos'),
    '--people',
    inside('people'),
    '--data',
    inside('data'),
    '--json',
  ];
  const began = performance.now();
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { maxBuffer: 2 ** 26 });
  const seconds = (performance.now() - began) / 1000;
  process.stderr.write(stderr);
  const results = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PhotoResult);
  return { results: new Map(results.map((result) => [result.image_id, result])), seconds };
}

interface Counts {
  expected: number;
  found: number;
  right: number;
  wrong: number;
  missed: number;
}

function countsOf({ path, faces, people, unsure }: Case, results: ReadonlyMap<string, PhotoResult>): Counts {
  const found = results.get(basename(path))?.faces ?? [];
  const named = found
    .filter(({ bounding_box }) => !unsure.some((point) => isWithin(point, bounding_box)))
    .flatMap(({ person }) => person ?? []);
  const right = people.filter((person) => named.includes(person)).length;
  return {
    expected: faces,
    found: found.length,
    right,
    wrong: named.length - right,
    missed: people.length - right,
  };
}

function report({ portraits, cases }: Bench, results: ReadonlyMap<string, PhotoResult>, seconds: number): void {
  const total: Counts = { expected: 0, found: 0, right: 0, wrong: 0, missed: 0 };
  for (const one of cases) {
    const counts = countsOf(one, results);
    for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += counts[name];
    const duration = results.get(basename(one.path))?.duration_ms ?? 0;
    console.log(`${basename(one.path).padEnd(26)} ${lineOf(counts)}, ${duration} ms`);
  }
  console.log(`${'all'.padEnd(26)} ${lineOf(total)}`);
  const each = seconds / (portraits.size + cases.length);
  console.log(
    `${portraits.size} people enrolled from one portrait each; ${seconds.toFixed(1)} s in all, start included: ${each.toFixed(2)} s a picture`,
  );
}

function isWithin({ x, y }: { x: number; y: number }, box: PhotoResult['faces'][number]['bounding_box']): boolean {
  return x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height;
}

function lineOf({ expected, found, right, wrong, missed }: Counts): string {
  return `faces ${found}/${expected}, named rightly ${right}, wrongly ${wrong}, missed ${missed}`;
}
