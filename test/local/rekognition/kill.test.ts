import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Collections } from '../../../local/rekognition/collections.ts';
import { openStore } from '../../../local/store.ts';
import { aFace, AT, id, vector } from './service.ts';

test('acknowledged changes survive kill -9', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-kill-'));
  const writer = spawn(process.execPath, [fileURLToPath(new URL('./writer.ts', import.meta.url)), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(writer, 'exit');
  await once(writer.stdout, 'data');
  writer.kill('SIGKILL');
  expect(await exited).toStrictEqual([null, 'SIGKILL']);
  const store = await openStore(folder);
  const collections = await Collections.open(store, () => AT);
  const crew = collections.get('crew');
  expect(crew.record).toStrictEqual({ id: 'crew', createdAt: AT.getTime(), tags: { stage: 'dev' } });
  expect(await collections.faces('crew', [...crew.faces.ids()])).toStrictEqual(
    [1, 2].map((n) => ({ ...aFace(n), UserId: 'ann' })),
  );
  expect(crew.faces.get(id(2))).toStrictEqual(vector(2, 1));
  expect(crew.users).toStrictEqual(new Map([['ann', new Set([id(1), id(2)])]]));
  expect(await crew.searchUsers(vector(1, 1), 0, 1)).toStrictEqual([{ item: 'ann', similarity: expect.any(Number) }]);
  await collections.close();
  await store.close();
  await rm(folder, { recursive: true });
});
