import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RED } from '../../recording/replay/drawn-pictures.ts';
import { paddedSequencer, workPrefixOf } from '../../schemas/keys.ts';
import type { Input } from '../../schemas/tasks.ts';
import { run as detectFaces } from '../../tasks/detect-faces.ts';
import { run as loadImage } from '../../tasks/load-image.ts';
import { run as persistFace } from '../../tasks/persist-face.ts';
import { run as writeProcessed } from '../../tasks/write-processed.ts';
import { aDetail, anInput } from '../support/builders.ts';
import { aJpeg, BLUE, GREEN } from '../support/pictures.ts';
import { aScriptedRekognition, type ScriptedRekognition } from '../support/rekognition.ts';
import { startTaskServices, type TaskServices } from '../support/task-services.ts';

let services: TaskServices;
let rekognition: ScriptedRekognition;
let pictures: Buffer[];
let photos = 0;
beforeAll(async () => {
  services = await startTaskServices();
  // Nothing is asked: what was detected lies in work/, as an earlier attempt leaves it.
  rekognition = await aScriptedRekognition({});
  pictures = await Promise.all([RED, GREEN, BLUE].map((colour) => aJpeg(120, 90, colour)));
});
afterAll(async () => {
  await rekognition.close();
  await services.close();
});

interface Version {
  readonly sequencer: string;
  readonly faces: number;
  readonly input: Input<'load-image'>;
}

/** Versions of one photo with so many faces each, oldest first, and what was detected in each. */
async function versionsOf(key: string, faceCounts: readonly number[]): Promise<Version[]> {
  const versions: Version[] = [];
  for (const [age, faces] of faceCounts.entries()) {
    const body = pictures[age]!;
    const { etag, versionId } = await services.putObject(key, body);
    const sequencer = `${age + 1}0`;
    const input = anInput({ key, etag, size: body.length, version_id: versionId!, sequencer });
    const detected = { faces: Array.from({ length: faces }, () => aDetail()) };
    await services.putObject(`${workPrefixOf(key, etag, versionId)}detected.json`, JSON.stringify(detected));
    versions.push({ sequencer: paddedSequencer(sequencer), faces, input });
  }
  return versions;
}

/** One execution, to be stopped and resumed between any two of its tasks. */
async function* execution(input: Input<'load-image'>): AsyncGenerator<void, void> {
  const loaded = await loadImage(input, services);
  if (!loaded.proceed) return;
  yield;
  const { photo, detect_at } = loaded;
  const { faces, count, details_key } = await detectFaces(
    { photo, detect_at },
    { ...services, rekognition: rekognition.rekognition, minPixels: 40 },
  );
  yield;
  for (const face of faces) {
    const search = { status: 'UNSEARCHABLE', reason: 'FACE_TOO_SMALL' } as const;
    await persistFace({ photo, face, search }, services);
    yield;
  }
  await writeProcessed({ photo, details_key, face_count: count }, services);
}

/** What is left in the end, but for who did it. */
async function outcomeOf(name: string) {
  const rows = await services.rowsOf('results', `${name}.jpg`);
  const json = (await services.getJson(`processed/${name}.json`)) as { status: string; etag: string; faces: unknown[] };
  return {
    rows: rows.map(({ record, status, sequencer, etag }) => ({ record, status, sequencer, etag })),
    json: { status: json.status, etag: json.etag, faces: json.faces.length },
  };
}

function expectedOf({ sequencer, faces, input }: Version) {
  const { etag } = input.detail.object;
  const status = faces === 0 ? 'NO_FACES' : 'COMPLETED';
  const rows = Array.from({ length: faces }, (_, index) => ({
    record: `face#${String(index).padStart(3, '0')}`,
    status: 'UNSEARCHABLE',
    sequencer,
    etag,
  }));
  return {
    rows: [...rows, { record: 'photo', status, sequencer, etag }],
    json: { status, etag, faces },
  };
}

/** Each event, delivered as often as told, as an execution of its own. */
function executionsOf(versions: readonly Version[], deliveries: readonly number[]) {
  return deliveries.map((which, number) => {
    const { input } = versions[which % versions.length]!;
    return execution({ ...input, execution_arn: `${input.execution_arn}-${number}` });
  });
}

const faceCounts = fc.array(fc.nat(3), { minLength: 1, maxLength: 3 });
const duplicates = fc.array(fc.nat(2), { maxLength: 3 });

test('versions and duplicates in any order and interleaving end as the newest alone', async () => {
  await fc.assert(
    fc.asyncProperty(faceCounts, duplicates, fc.infiniteStream(fc.nat()), async (counts, extra, choices) => {
      const name = `interleaved-${++photos}`;
      const versions = await versionsOf(`input/${name}.jpg`, counts);
      const running = executionsOf(versions, [...versions.keys(), ...extra]);
      while (running.length > 0) {
        const chosen = Number(choices.next().value) % running.length;
        const { done } = await running[chosen]!.next();
        if (done) running.splice(chosen, 1);
      }
      expect(await outcomeOf(name)).toStrictEqual(expectedOf(versions.at(-1)!));
    }),
    { numRuns: 20 },
  );
});

test('versions and duplicates all at once end as the newest alone', async () => {
  await fc.assert(
    fc.asyncProperty(faceCounts, duplicates, async (counts, extra) => {
      const name = `at-once-${++photos}`;
      const versions = await versionsOf(`input/${name}.jpg`, counts);
      const ends = executionsOf(versions, [...versions.keys(), ...extra]).map(async (running) => {
        while (!(await running.next()).done);
      });
      await Promise.all(ends);
      expect(await outcomeOf(name)).toStrictEqual(expectedOf(versions.at(-1)!));
    }),
    { numRuns: 15 },
  );
});
