import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uploadSamples } from '../../../cli/upload/samples.ts';
import { watchFolder } from '../../../cli/upload/watch.ts';
import { readPeople } from '../../../client/deployment/queries.ts';
import { accountTarget } from '../../../client/deployment/target.ts';
import { forgetPerson } from '../../../client/forgetting/forget.ts';
import { aPhotoOf, colouredEngine } from '../../support/coloured-faces.ts';
import { startTestAccount, type TestAccount } from '../../support/test-account.ts';

let account: TestAccount;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-watched-'));
  account = await startTestAccount({ engine: colouredEngine(), hurry: false });
}, 120_000);
afterAll(async () => {
  await account.close();
  await rm(folder, { recursive: true });
});

const target = () => accountTarget(account.account);
const by = (note: (text: string) => void, signal = new AbortController().signal) => ({
  target: target(),
  terminal: { print: () => {}, note, columns: 80, colours: false, signal },
});
const forget = (name: string) => forgetPerson(target(), name, { photos: false, signal: new AbortController().signal });
const names = async () => [...(await readPeople(target())).values()].toSorted();

/** Watches the folder until something is said. */
async function firstNote(): Promise<string> {
  const stopping = new AbortController();
  let said = '';
  await watchFolder(
    by((text) => {
      said ||= text;
      stopping.abort();
    }, stopping.signal),
    folder,
  );
  return said;
}

test(
  'a file that is still there does not bring somebody back who was forgotten, until it is saved again',
  { timeout: 120_000 },
  async () => {
    const portrait = join(folder, 'enroll/Robin/1.jpg');
    await mkdir(join(folder, 'enroll/Robin'), { recursive: true });
    await writeFile(portrait, await aPhotoOf(['red']));
    expect([await firstNote(), await names()]).toStrictEqual(['Enrolled: Robin.', ['Robin']]);
    await forget('Robin');
    const passedOver = `Passed over ${portrait}: the person was forgotten after it was saved. Delete it, or save it again to enrol the person again.`;
    expect([await firstNote(), await names()]).toStrictEqual([passedOver, []]);
    await writeFile(portrait, await aPhotoOf(['red']));
    expect([await firstNote(), await names()]).toStrictEqual(['Enrolled: Robin.', ['Robin']]);
  },
);

test('nor do the samples', { timeout: 120_000 }, async () => {
  await account.upload('enroll/Noor/1.jpg', await aPhotoOf(['blue']));
  await account.idle();
  await forget('Noor');
  const notes: string[] = [];
  await uploadSamples(by((text) => notes.push(text)));
  expect([notes.join('\n').includes('Noor'), (await names()).includes('Noor')]).toStrictEqual([false, false]);
});

test('an upload right after the end of forgetting enrols the person again', { timeout: 120_000 }, async () => {
  await account.upload('enroll/Kim/1.jpg', await aPhotoOf(['green']));
  await account.idle();
  await forget('Kim');
  const before = await names();
  await account.upload('enroll/Kim/1.jpg', await aPhotoOf(['green']));
  await account.idle();
  expect([before.includes('Kim'), (await names()).includes('Kim')]).toStrictEqual([false, true]);
});
