import { ListFacesCommand } from '@aws-sdk/client-rekognition';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRecorder } from '../../recording/recorder.ts';
import { personIdOf } from '../../schemas/keys.ts';
import { machineArn } from '../../statemachines/registry.ts';
import { rollcall } from '../cli/rollcall.ts';
import { aPhotoOf, colouredEngine } from '../support/coloured-faces.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';

const ROBIN = personIdOf('Robin Quillfeather');

let folder: string;
let dataDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-forget-'));
  dataDir = join(folder, 'data');
});
afterAll(() => rm(folder, { recursive: true }));

async function inAccount<T>(work: (account: TestAccount) => Promise<T>): Promise<T> {
  const account = await startTestAccount({ dataDir, engine: colouredEngine() });
  try {
    return await work(account);
  } finally {
    await account.close();
  }
}

/** The files that hold any of these words, as they are on the disk. */
async function filesWith(words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = await readFile(join(entry.parentPath, entry.name), 'latin1');
    for (const word of words) if (text.includes(word)) found.push(`${word} in ${entry.name}`);
  }
  return found;
}

const forget = (...args: string[]) => rollcall(['forget', 'robin quillfeather', '--data', dataDir, ...args]);

test('the command leaves nothing of the person on the disk: not in histories, logs, calls or deleted data', async () => {
  const faces = await inAccount(async (account) => {
    account.setInterceptors(startRecorder(dataDir));
    for (const [key, body] of [
      ['enroll/Robin Quillfeather/1.jpg', await aPhotoOf(['red'])],
      ['enroll/robin_quillfeather.jpg', Buffer.from('This is no picture.')],
      ['enroll/Kim/1.jpg', await aPhotoOf(['blue'])],
      ['input/both.jpg', await aPhotoOf(['red', 'blue'])],
    ] as const) {
      await account.upload(key, body);
      await account.idle();
    }
    const { Faces = [] } = await account.rekognition.send(
      new ListFacesCommand({ CollectionId: account.deployment.collection }),
    );
    return Faces.flatMap(({ FaceId, ExternalImageId }) => (ExternalImageId === ROBIN ? FaceId! : []));
  });
  const words = [ROBIN, 'Robin Quillfeather', 'robin_quillfeather', ...faces];
  expect((await filesWith(words)).length).toBeGreaterThan(3);

  const { code, stdout } = await forget('--dry-run');
  expect([code, stdout.split('\n')[1]]).toStrictEqual([
    0,
    'Would make 1 face in 1 photo unknown, and remove the crops. The photos stay.',
  ]);
  const forgotten = await forget('--yes');
  expect([forgotten.code, forgotten.stderr]).toStrictEqual([0, '']);
  expect(forgotten.stdout).toMatch(/^Forgotten on .*\n  removed:\n {8}1 {2}faces in the collection\n/);
  expect(await filesWith(words)).toStrictEqual([]);
  expect(await forget('--yes')).toMatchObject({ code: 1, stderr: expect.stringMatching(/was forgotten on/) as string });

  // The rest is as it was.
  await inAccount(async (account) => {
    const stateMachineArn = machineArn(account.deployment, 'enroll-face');
    const { executions = [] } = await account.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions.map(({ status }) => status)).toStrictEqual(['SUCCEEDED']);
  });
}, 400_000);
