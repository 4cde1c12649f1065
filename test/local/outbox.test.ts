import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Outbox } from '../../local/outbox.ts';
import { openSequence } from '../../local/sequence.ts';
import { openStore, openSublevel, type Sublevel, type Store } from '../../local/store.ts';

let folder: string;
let store: Store;
let events: Sublevel<string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-outbox-'));
  store = await openStore(folder);
  events = openSublevel<string>(store, 'outbox');
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const report = () => {};

test('an event is delivered once its change is committed, and is then forgotten', async () => {
  const delivered: string[] = [];
  const outbox = new Outbox({ events, deliver: async (event) => void delivered.push(event), report });
  await store.batch([outbox.add('1', 'a'), outbox.add('2', 'b')]);
  outbox.wake();
  await outbox.idle();
  await outbox.close();
  expect([delivered, await events.keys().all()]).toStrictEqual([['a', 'b'], []]);
});

test('an event left under a number of an earlier version is delivered before the new ones', async () => {
  const delivered: string[] = [];
  const next = await openSequence(store, 'sequence');
  await events.put('9'.padStart(16, '0'), 'left');
  const outbox = new Outbox({ events, deliver: async (event) => void delivered.push(event), report });
  await store.batch([outbox.add(next(), 'new')]);
  outbox.wake();
  await outbox.idle();
  await outbox.close();
  expect(delivered).toStrictEqual(['left', 'new']);
});

test('a receiver that never answers does not keep the outbox from closing, and the event stays', async () => {
  const outbox = new Outbox({ events, deliver: () => new Promise(() => {}), report });
  await store.batch([outbox.add('1', 'a')]);
  outbox.wake();
  await outbox.close();
  await outbox.idle();
  expect(await events.values().all()).toStrictEqual(['a']);
});
