import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCase } from '../../../recording/case-file.ts';
import { CASES } from '../account.ts';
import { rollcall } from '../rollcall.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

const NO_FACES = join(CASES, 'no-faces.json');
const PATH = `  LoadImage
  AlreadyDone?
  DetectFaces
  AnyFaces?
  WriteProcessed
  Superseded?
  Announce
  Done
  SUCCEEDED
`;

test('a case that ends as it was recorded prints its path: exit code 0', async () => {
  expect(await rollcall(['replay', NO_FACES])).toStrictEqual({
    code: 0,
    stdout: `${NO_FACES}\n${PATH}  As it was recorded.\n`,
    stderr: '',
  });
});

test('differences and errors are printed for each case: exit code 1', async () => {
  const recorded = await readCase(NO_FACES);
  const other = join(folder, 'other-end.json');
  await writeFile(other, JSON.stringify({ ...recorded, end: { status: 'FAILED', error: 'SlowDown' } }));
  const unknown = join(folder, 'unknown-machine.json');
  await writeFile(unknown, JSON.stringify({ ...recorded, machine: 'sorting' }));
  expect(await rollcall(['replay', other, unknown])).toStrictEqual({
    code: 1,
    stdout:
      `${other}\n${PATH}  end\n  - {"status":"FAILED","error":"SlowDown"}\n  + {"status":"SUCCEEDED"}\n` +
      `${unknown}\n  This account has no state machine sorting.\n`,
    stderr: '',
  });
});

test('without a file it is wrong usage: exit code 2', async () => {
  expect(await rollcall(['replay'])).toStrictEqual({
    code: 2,
    stdout: '',
    stderr: "error: missing required argument 'case'\n(rollcall replay --help tells more)\n",
  });
});

test.each([
  [
    'nowhere.json',
    undefined,
    "nowhere.json cannot be read: ENOENT: no such file or directory, open 'nowhere.json'. Write a case with: rollcall record <execution> -o nowhere.json\n",
  ],
  [
    'text.json',
    'This is text.',
    `text.json is not a case: Unexpected token 'T', "This is text." is not valid JSON. Write a case with: rollcall record <execution> -o <file>\n`,
  ],
  [
    'another.json',
    '{"machine":"recognition","tasks":[{"state":1}]}',
    'another.json is not a case: input: Invalid input: expected record, received undefined. Write a case with: rollcall record <execution> -o <file>\n',
  ],
])('%s is no case: exit code 2, the reason and what to do', async (name, content, stderr) => {
  if (content !== undefined) await writeFile(join(folder, name), content);
  expect(await rollcall(['replay', name], { cwd: folder })).toStrictEqual({ code: 2, stdout: '', stderr });
});
