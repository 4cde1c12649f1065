import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { credentialsOf } from '../../../local/access-key.ts';
import { aDeployment } from '../../support/deployment.ts';
import { rollcall } from '../rollcall.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-env-'));
});
afterEach(() => rm(folder, { recursive: true }));

const endpoint = {
  url: 'http://127.0.0.1:4577',
  region: 'eu-west-1',
  credentials: credentialsOf('rollcall', 'c0ffee'),
  pid: process.pid,
};
const exportsOf = (name: string) =>
  `export ${name}=http://127.0.0.1:4577\nexport AWS_ACCESS_KEY_ID=rollcall_c0ffee\n` +
  'export AWS_SECRET_ACCESS_KEY=unused\nexport AWS_REGION=eu-west-1\n';

test('env prints the exports for the account that runs on the folder', async () => {
  await writeFile(join(folder, 'account.json'), JSON.stringify({ ...endpoint, deployment: aDeployment() }));
  const stdout = exportsOf('AWS_ENDPOINT_URL');
  expect(await rollcall(['env', '--data', folder])).toStrictEqual({ code: 0, stdout, stderr: '' });
});

test('env prints the exports for rollcall rekognition, for Rekognition only', async () => {
  await writeFile(join(folder, 'rekognition.json'), JSON.stringify(endpoint));
  const stdout = exportsOf('AWS_ENDPOINT_URL_REKOGNITION');
  expect(await rollcall(['env', '--data', folder])).toStrictEqual({ code: 0, stdout, stderr: '' });
});

test('where nothing runs, env says how to start it: exit code 1', async () => {
  const { code, stdout, stderr } = await rollcall(['env', '--data', folder]);
  expect([code, stdout, stderr]).toStrictEqual([
    1,
    '',
    `Nothing runs on ${folder}. Start it in another terminal, with: rollcall start --data ${folder}\n`,
  ]);
});
