// npm run story -- [--photos DIR]
//
// Tells a story with the real commands, each in a process of its own, and checks every step: people are enrolled,
// photos recognized, unknown faces grouped and named, faces corrected and drawn, all of it kept through a new upload,
// people merged, and one forgotten. DIR holds photos with a manifest.json; without it, ../shared/photos if that is
// there, else the samples.
// Exits with 1 if a step does not hold. About 3 minutes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { personIdOf } from '../schemas/keys.ts';
import { gather } from './story/cast.ts';

const { values } = parseArgs({ options: { photos: { type: 'string' } } });
const beside = join(import.meta.dirname, '../../shared/photos');
const shared = values.photos ?? (existsSync(beside) ? beside : undefined);
const folder = await mkdtemp(join(tmpdir(), 'rollcall-story-'));
const data = join(folder, 'data');
const cast = await gather(folder, shared);
let [steps, held] = [0, 0];

interface Face {
  readonly photo: string;
  readonly index: number;
  readonly status: string;
  readonly person?: string;
}

async function rollcall(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../cli/bin.mjs'), ...args, '--data', data], {
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  if (code !== 0) console.log(`  rollcall ${args.join(' ')} ended with ${String(code)}: ${stderr.trim()}`);
  return `${stdout}${stderr}`;
}

async function faces(): Promise<Face[]> {
  const lines = (await rollcall('results', '--json')).trim().split('\n');
  return lines.flatMap((line) => {
    const { image_id, faces: found } = JSON.parse(line) as { image_id: string; faces: Omit<Face, 'photo'>[] };
    return found.map((face) => ({ photo: image_id, ...face }));
  });
}

const id = ({ photo, index }: Face) => `${photo}#${index}`;
const named = (all: readonly Face[]) => all.filter(({ status }) => status === 'MATCHED');
const unknown = (all: readonly Face[]) => all.filter(({ status }) => status === 'UNKNOWN');
const faceOf = (all: readonly Face[], one: Face) => all.find((other) => id(other) === id(one));
/** Faces that are named as somebody else than the only person in their photo. */
const wrong = (all: readonly Face[]) =>
  named(all).filter(({ photo, person }) => {
    const right = cast.truth.get(photo.split('/').at(-1)!);
    return right !== undefined && person !== right;
  });
/** A group as a line tells of it, and who is in its photos. Other lines have none. */
function groupIn(line: string) {
  if (!line.startsWith('{"group":"')) return [];
  const { group, faces: found } = JSON.parse(line) as { group: string; faces: { photo: string }[] };
  return [{ group, faces: found, who: found.flatMap(({ photo }) => cast.truth.get(photo.split('/').at(-1)!) ?? []) }];
}

const batchIn = (output: string) => /rollcall undo (\S+)/.exec(output)?.[1] ?? 'none';
const counts = (all: readonly Face[]) =>
  `${named(all).length} named, ${unknown(all).length} unknown, ${wrong(all).length} wrong`;

function step(title: string, holds: boolean, detail: string): void {
  steps += 1;
  if (holds) held += 1;
  console.log(`${holds ? 'held' : 'NOT HELD'}  ${title}: ${detail}`);
}

await rollcall('recognize', join(folder, 'photos'), '--people', join(folder, 'first'));
const first = await faces();
step('half of the people enrolled', named(first).length > 0 && wrong(first).length === 0, counts(first));

const groups = (await rollcall('unknown', '--regroup', '--json')).split('\n').flatMap(groupIn);
const theirs = groups.find(({ who }) => who.includes(cast.often));
const fused = groups.filter(({ who }) => new Set(who).size > 1).length;
const enrolled = await rollcall('name', theirs?.group ?? 'g_00000000', cast.often);
await rollcall('re-recognize');
const grouped = await faces();
const size = theirs?.faces.length ?? 0;
step(
  'the unknown grouped, and a group named at once',
  size >= 3 &&
    fused === 0 &&
    enrolled.includes('Enrolled') &&
    named(grouped).length >= named(first).length + size &&
    wrong(grouped).length === 0,
  `${groups.length} groups, ${fused} of two people, ${size} faces of ${cast.often}; ${counts(grouped)}`,
);

await rollcall('enroll', '--people', join(folder, 'later'));
const again = await rollcall('re-recognize');
const second = await faces();
const more = named(second).length > named(grouped).length && wrong(second).length === 0;
step('the others enrolled, and the unknown searched again', more, counts(second));

await rollcall('undo', batchIn(again));
const undone = await faces();
step('that taken back as a whole', isDeepStrictEqual(undone, grouped), counts(undone));
await rollcall('re-recognize');

const [stranger, somebody] = unknown(await faces());
await rollcall('stranger', id(stranger!));
await rollcall('name', id(somebody!), 'Ada Newcomer', '--no-enroll');
const [taken] = named(second).filter((face) => face.photo !== somebody!.photo);
await rollcall('wrong', id(taken!));
await rollcall('add-face', stranger!.photo, '0', '0', '0.05', '0.05');
const decided = await faces();
const isDecided = (all: readonly Face[]) =>
  faceOf(all, stranger!)?.status === 'STRANGER' &&
  faceOf(all, somebody!)?.person === 'Ada Newcomer' &&
  faceOf(all, taken!)?.person !== taken!.person &&
  all.some(({ photo, index }) => photo === stranger!.photo && index >= 100);
step('a stranger, a name, a correction and a drawn face', isDecided(decided), counts(decided));

await rollcall('recognize', join(folder, 'photos'), '--force');
const rerun = await faces();
step('every photo uploaded and processed again keeps them', isDecided(rerun), counts(rerun));

const [a, b] = [cast.first[0]!, cast.first[1]!];
const before = named(await faces());
const both = before.filter(({ person }) => person === a || person === b);
await rollcall('merge', a, b);
const merged = await faces();
const isMerged =
  both.length > 0 &&
  both.every((face) => faceOf(merged, face)?.person === b || faceOf(merged, face)?.status === 'UNKNOWN');
step(`${a} merged into ${b}`, isMerged, `${both.length} faces are ${b}`);
await rollcall('unmerge', a);
step('the merge taken back', isDeepStrictEqual(await faces(), rerun), `${both.length} faces are as before`);

const receipt = await rollcall('forget', a, '--yes');
const left = await filesWith([a, personIdOf(a)]);
step(
  `${a} forgotten`,
  receipt.includes('Forgotten on') && left.length === 0,
  left.length === 0 ? 'nothing of the person is in the data folder' : left.join(', '),
);
const after = await faces();
const others = named(rerun).filter(({ person }) => person !== a);
step(
  'and nobody else',
  others.every((face) => faceOf(after, face)?.person === face.person),
  counts(after),
);

await rm(folder, { recursive: true });
console.log(`story: ${steps} steps, ${held} held`);
process.exit(held === steps ? 0 : 1);

/** Files of the data folder that hold one of the words, as they are on the disk. */
async function filesWith(words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    if (words.some((word) => content.includes(word))) found.push(entry.name);
  }
  return found;
}
