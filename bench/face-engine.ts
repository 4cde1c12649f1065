// node bench/face-engine.ts [--photos DIR] [--rounds N]
//
// Compares Rollcall's calls (DetectFaces once per photo, SearchFacesByImage once per face, through the SDK and HTTP)
// with one call of the face library that computes the same. One engine and one thread alternate in one run.
// With --photos it also prints who is found: people from NAME-1 in NAME-2.

import {
  type BoundingBox,
  CreateCollectionCommand,
  DetectFacesCommand,
  IndexFacesCommand,
  RekognitionClient,
  SearchFacesByImageCommand,
} from '@aws-sdk/client-rekognition';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { listen } from '../local/http.ts';
import { startRekognition } from '../local/rekognition/server.ts';
import { openStore } from '../local/store.ts';
import { loadFaceApi } from './face-api-direct.ts';

const { values } = parseArgs({ options: { photos: { type: 'string' }, rounds: { type: 'string', default: '3' } } });
const CollectionId = 'bench';

const data = await mkdtemp(path.join(tmpdir(), 'rollcall-bench-'));
const store = await openStore(data);
const started = performance.now();
const rekognition = await startRekognition({
  store,
  readObject: () => Promise.reject(new Error('Pictures are sent inline here.')),
  workers: 1,
});
await rekognition.ready;
console.log(`engine ready in ${(performance.now() - started).toFixed(0)} ms`);
const server = await listen(rekognition.handler);
const client = new RekognitionClient({
  endpoint: server.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
await client.send(new CreateCollectionCommand({ CollectionId }));

const samples = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);
const photos = [
  ...(await photosIn(samples)).filter(({ name }) => /^sample\d\.jpg$/.test(name)),
  ...(values.photos ? await photosIn(values.photos) : []),
];
await compareSpeed();
if (values.photos) await showMatches();
console.log(`resident memory, both engines together: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);

await server.close();
await rekognition.close();
await store.close();
await rm(data, { recursive: true });

async function compareSpeed(): Promise<void> {
  const direct = await loadFaceApi();
  const total = { direct: zero(), rollcall: zero() };
  console.log('photo                    faces   face-api   rollcall   ratio   (median CPU ms)');
  for (const { name, bytes } of photos) {
    const spent = { direct: [] as Cost[], rollcall: [] as Cost[] };
    let faces = [0, 0];
    // The first round is a warm-up.
    for (let round = 0; round <= Number(values.rounds); round++) {
      const one = await timed(() => direct(bytes));
      const other = await timed(() => recognize(bytes));
      faces = [one.result, other.result.length];
      if (round > 0) {
        spent.direct.push(one);
        spent.rollcall.push(other);
      }
    }
    const [one, other] = [median(spent.direct), median(spent.rollcall)];
    add(total.direct, one);
    add(total.rollcall, other);
    const row = [
      name.padEnd(22),
      faces.join('/').padStart(7),
      ...[one.cpu, other.cpu].map((ms) => ms.toFixed(0).padStart(10)),
    ];
    console.log(row.join(' '), (other.cpu / one.cpu).toFixed(2).padStart(7));
  }
  const { direct: one, rollcall: other } = total;
  console.log(
    `CPU:  face-api ${one.cpu.toFixed(0)} ms, rollcall ${other.cpu.toFixed(0)} ms, ratio ${(other.cpu / one.cpu).toFixed(2)}`,
  );
  console.log(
    `wall: face-api ${one.wall.toFixed(0)} ms, rollcall ${other.wall.toFixed(0)} ms, ratio ${(other.wall / one.wall).toFixed(2)}`,
  );
}

/** Like the pipeline: detects the faces of a photo, then searches each padded crop. */
async function recognize(photo: Buffer, threshold = 80): Promise<string[]> {
  const { FaceDetails = [] } = await client.send(
    new DetectFacesCommand({ Image: { Bytes: photo }, Attributes: ['ALL'] }),
  );
  const { data: pixels, info } = await sharp(photo)
    .autoOrient()
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: 3 } as const;
  const answers: string[] = [];
  for (const { BoundingBox } of FaceDetails) {
    const crop = await sharp(pixels, { raw }).extract(padded(BoundingBox!, info)).jpeg({ quality: 92 }).toBuffer();
    const { FaceMatches = [] } = await client.send(
      new SearchFacesByImageCommand({ CollectionId, Image: { Bytes: crop }, FaceMatchThreshold: threshold }),
    );
    const [best] = FaceMatches;
    answers.push(best ? `${best.Face!.ExternalImageId} ${best.Similarity!.toFixed(1)}` : '-');
  }
  return answers;
}

/** Pads the box by a third on each side, to at least 80 pixels. */
function padded({ Left = 0, Top = 0, Width = 0, Height = 0 }: BoundingBox, picture: { width: number; height: number }) {
  const part = (start: number, length: number, whole: number) => {
    const from = (start - length / 3) * whole;
    const size = Math.max(80, (length * 5 * whole) / 3);
    const first = Math.max(0, Math.min(whole - 80, Math.round(from)));
    return [first, Math.min(whole, Math.round(from + size)) - first] as const;
  };
  const [left, width] = part(Left, Width, picture.width);
  const [top, height] = part(Top, Height, picture.height);
  return { left, top, width: Math.max(80, width), height: Math.max(80, height) };
}

async function showMatches(): Promise<void> {
  const person = (name: string) => /^(.*)-1\.\w+$/.exec(name)?.[1];
  for (const { name, bytes } of photos) {
    const ExternalImageId = person(name);
    if (!ExternalImageId) continue;
    const { FaceRecords } = await client.send(
      new IndexFacesCommand({ CollectionId, Image: { Bytes: bytes }, ExternalImageId, MaxFaces: 1 }),
    );
    if (FaceRecords?.length !== 1) console.log(`${name}: not indexed`);
  }
  for (const { name, bytes } of photos) {
    if (!person(name)) console.log(name.padEnd(24), (await recognize(bytes, 20)).join(', ') || 'no faces');
  }
}

async function photosIn(folder: string): Promise<{ name: string; bytes: Buffer }[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png)$/i.test(name)).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(path.join(folder, name)) })));
}

interface Cost {
  wall: number;
  cpu: number;
}

async function timed<Result>(run: () => Promise<Result>): Promise<Cost & { result: Result }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const result = await run();
  const { user, system } = process.cpuUsage(cpu);
  return { result, wall: performance.now() - start, cpu: (user + system) / 1000 };
}

function median(costs: Cost[]): Cost {
  const middle = (pick: (cost: Cost) => number) => costs.map(pick).sort((a, b) => a - b)[costs.length >> 1]!;
  return { wall: middle(({ wall }) => wall), cpu: middle(({ cpu }) => cpu) };
}

function zero(): Cost {
  return { wall: 0, cpu: 0 };
}

function add(sum: Cost, cost: Cost): void {
  sum.wall += cost.wall;
  sum.cpu += cost.cpu;
}
