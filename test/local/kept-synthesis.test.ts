import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { hashInputs, isMadeFrom, recordInputs } from '../../local/kept-synthesis.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const having = async (name: string, content: string) => {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-kept-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the inputs of a synthesis', () => {
  const ENV = { ROLLCALL_SEARCH_BY: 'faces', CDKTF_LOG_LEVEL: 'info', HOME: '/home/ann' };
  beforeEach(async () => {
    await having('main.ts', 'start();');
    await having('tasks/runtime/clients.ts', 'clients();');
    await having('package-lock.json', '{}');
    await having('rollcall.config.ts', 'export default {};');
  });

  test('are the same whatever else changes', async () => {
    const before = await hashInputs(folder, ENV);
    await having('test/tasks.test.ts', 'test();');
    await having('.rollcall/state/000003.log', 'rows');
    const { ROLLCALL_SEARCH_BY, CDKTF_LOG_LEVEL } = ENV;
    const env = { CDKTF_LOG_LEVEL, ROLLCALL_SEARCH_BY, HOME: '/home/bob', AWS_SDK_UA_APP_ID: 'PT/NO-OP' };
    expect(await hashInputs(folder, env)).toBe(before);
  });

  test.each([
    ['a source changes', () => having('tasks/runtime/clients.ts', 'clients(1);')],
    [
      'a source is renamed',
      () => having('tasks/runtime/client.ts', 'clients();').then(() => rm(at('tasks/runtime/clients.ts'))),
    ],
    ['a source is new', () => having('tasks/detect-faces.ts', '')],
    ['the lock file changes', () => having('package-lock.json', '{"packages":{}}')],
    ['other packages are installed', () => having('node_modules/.package-lock.json', '{}')],
  ])('change when %s', async (_, change) => {
    const before = await hashInputs(folder, ENV);
    await change();
    expect(await hashInputs(folder, ENV)).not.toBe(before);
  });

  test.each([{ ROLLCALL_SEARCH_BY: 'users' }, { CDKTF_LOG_LEVEL: 'debug' }])('change with %j', async (changed) => {
    expect(await hashInputs(folder, { ...ENV, ...changed })).not.toBe(await hashInputs(folder, ENV));
  });

  test('change with what rollcall.config.ts reads, and not with the place of the project', async () => {
    await having('rollcall.config.ts', "import to from './to.mjs'; export default { alarmEmail: to };");
    await having('to.mjs', 'export default "ann@example.com";');
    const copies = [1, 2].map((n) => `${folder}-${n}`);
    onTestFinished(async () => void (await Promise.all(copies.map((copy) => rm(copy, { recursive: true })))));
    for (const copy of copies) await cp(folder, copy, { recursive: true });
    await writeFile(join(copies[1]!, 'to.mjs'), 'export default "bob@example.com";');
    const [original, same, other] = await Promise.all([folder, ...copies].map((root) => hashInputs(root, ENV)));
    expect([same === original, other === original]).toStrictEqual([true, false]);
  });
});

describe('the output of a synthesis', () => {
  beforeEach(async () => {
    await having('out/manifest.json', '{}');
    await having('out/stacks/rollcall/cdk.tf.json', '{}');
    await having('out/stacks/rollcall/functions/detect-faces/index.mjs', 'detect();');
  });
  const record = () => recordInputs(at('out'), 'the inputs');
  const isKept = (inputs = 'the inputs') => isMadeFrom(at('out'), inputs);

  test('is kept for the same inputs', async () => {
    await record();
    expect([await isKept(), await isKept('other inputs')]).toStrictEqual([true, false]);
  });

  test('is not kept when the synthesis did not end, or never began', async () => {
    expect([await isKept(), await isMadeFrom(at('none'), 'the inputs')]).toStrictEqual([false, false]);
  });

  test.each([
    ['misses a file', () => rm(at('out/stacks/rollcall/functions/detect-faces/index.mjs'))],
    ['misses a folder', () => rm(at('out/stacks'), { recursive: true })],
    ['has a changed letter', () => having('out/stacks/rollcall/functions/detect-faces/index.mjs', 'detecT();')],
    ['has a file cut off', () => having('out/stacks/rollcall/cdk.tf.json', '{')],
    ['has another file', () => having('out/stacks/other/cdk.tf.json', '{}')],
    ['has a damaged record', () => appendFile(at('out/made-from.json'), '}')],
  ])('is not kept when it %s', async (_, change) => {
    await record();
    await change();
    expect(await isKept()).toBe(false);
  });
});
