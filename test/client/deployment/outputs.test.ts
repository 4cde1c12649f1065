import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDeployment } from '../../../client/deployment/outputs.ts';
import { Failure } from '../../../client/failure.ts';
import { aDeployment } from '../../support/deployment.ts';

const OUTPUTS = aDeployment({
  region: 'eu-west-1',
  machines: { recognition: 'arn:recognition', 'enroll-face': 'arn:enroll-face' },
  functions: { 'load-image': 'arn:load-image' },
  dead_letters: { recognition: 'https://queue/1', failures: 'https://queue/2' },
});

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rollcall-deployed-'));
  await mkdir(join(root, 'cdktf.out'));
});
afterEach(() => rm(root, { recursive: true }));

const having = (outputs: unknown) => writeFile(join(root, 'cdktf.out/outputs.json'), JSON.stringify(outputs));

test('the names come from the outputs that the deployment wrote', async () => {
  await having({ rollcall: { outputs: OUTPUTS } });
  expect(await readDeployment(root)).toStrictEqual(OUTPUTS);
});

const DEPLOY = 'Deploy with: npx cdktf deploy --outputs-file cdktf.out/outputs.json';

test.each([
  [
    'an output is missing',
    { rollcall: { outputs: { ...OUTPUTS, bucket: undefined } } },
    `The deployed stack has no output bucket. ${DEPLOY}`,
  ],
  ['nothing is deployed', {}, `cdktf.out/outputs.json knows no deployed stack. ${DEPLOY}`],
  [
    'two stacks are deployed',
    { one: { outputs: OUTPUTS }, two: { outputs: OUTPUTS } },
    'cdktf.out/outputs.json knows one, two: choose with ROLLCALL_STACK=one.',
  ],
])('when %s, it says what to do', async (_, outputs, message) => {
  await having(outputs);
  await expect(readDeployment(root)).rejects.toStrictEqual(new Failure(message));
});
