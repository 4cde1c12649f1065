import { appendFile, cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SOURCES } from '../../local/kept-synthesis.ts';
import { synthesize } from '../../local/synthesis.ts';

const PROJECT = join(import.meta.dirname, '../..');

/** What the fingerprint covers, and nothing else: a source that it misses is missed by the synthesis too. */
async function copyProject(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'rollcall-project-'));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const path of SOURCES.filter((one) => !one.startsWith('node_modules/'))) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await cp(join(PROJECT, path), join(root, path), { recursive: true });
  }
  await symlink(join(PROJECT, 'node_modules'), join(root, 'node_modules'), 'junction');
  return root;
}

test('a stack is synthesized once, and anew when a source has changed or the last attempt failed', async () => {
  const root = await copyProject();
  const data = join(root, '.rollcall');
  const run = async () => {
    const file = join(await synthesize(data, { ROLLCALL_ENVIRONMENT: 'prod' }, root), 'cdk.tf.json');
    return { created: (await stat(file)).birthtimeMs, text: await readFile(file, 'utf8') };
  };
  const first = await run();
  expect(await run()).toStrictEqual(first);

  const main = await readFile(join(root, 'main.ts'), 'utf8');
  await writeFile(join(root, 'main.ts'), `${main}\nthrow new Error('half-way');`);
  await expect(run()).rejects.toThrow('half-way');

  await writeFile(join(root, 'main.ts'), main);
  await appendFile(join(root, 'tasks/load-image.ts'), '\nconsole.log("another bundle");');
  const second = await run();
  expect(second.text).not.toBe(first.text);
  expect(await run()).toStrictEqual(second);
}, 120_000);
