import { BatchWriteCommand, QueryCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { randomFrom } from '../../support/random.ts';
import { startProcess } from '../server-process.ts';
import { aClient, RESULTS_TABLE, someTables } from './tables.ts';

const KILLS = 5;
const PEOPLE = ['ann', 'bob', 'cat'];
const SCRIPT = new URL('process.ts', import.meta.url);
const { TableName } = RESULTS_TABLE;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-kill-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Moves faces between people until the server is killed, and returns the last acknowledged write of each key. */
async function writeUntilKilled(random: () => number, written: Map<string, number>): Promise<void> {
  const server = await startProcess(SCRIPT, folder);
  const client = aClient(server.url);
  const dead = new AbortController();
  const writer = async (worker: number) => {
    for (let n = 0; !dead.signal.aborted; n++) {
      const key = { image_id: `photo-${worker}`, record: `face#${n % 7}` };
      const name = `${key.image_id} ${key.record}`;
      const count = (written.get(name) ?? 0) + 1;
      const face = { person: PEOPLE[Math.floor(random() * PEOPLE.length)], at: String(random()) };
      const update = new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression: 'SET person_id = :p, #t = :t, writes = :n',
        ExpressionAttributeNames: { '#t': 'timestamp' },
        ExpressionAttributeValues: { ':p': face.person, ':t': face.at, ':n': count },
      });
      const Item = { ...key, person_id: face.person, timestamp: face.at, writes: count };
      const batch = new BatchWriteCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item } }] } });
      const sent = n % 3 === 0 ? client.send(batch) : client.send(update);
      await sent.then(
        () => written.set(name, count),
        () => {},
      );
    }
  };
  const writers = Promise.all(Array.from({ length: 6 }, (_, worker) => writer(worker)));
  await sleep(100 + random() * 300);
  await server.kill();
  dead.abort();
  await writers;
  client.destroy();
}

test('when the process is killed, no acknowledged write is lost and the index agrees with the items', async () => {
  const random = randomFrom(20260302);
  const written = new Map<string, number>();
  // A slow machine needs more rounds until each key has been written.
  for (let round = 0; round < KILLS || (written.size < 6 * 7 && round < 50); round++)
    await writeUntilKilled(random, written);
  expect(written.size).toBe(6 * 7);

  const tables = await someTables(folder);
  const { Items = [] } = await tables.client.send(new ScanCommand({ TableName }));
  const lost = Array.from(written).filter(([name, count]) => {
    const item = Items.find(({ image_id, record }) => `${image_id} ${record}` === name);
    return !(Number(item?.['writes']) >= count);
  });
  expect(lost).toStrictEqual([]);
  for (const person of PEOPLE) {
    const query = {
      IndexName: 'by-person',
      KeyConditionExpression: 'person_id = :p',
      ExpressionAttributeValues: { ':p': person },
    };
    const { Items: indexed = [] } = await tables.client.send(new QueryCommand({ TableName, ...query }));
    const inOrder = Items.filter((item) => item['person_id'] === person).sort((a, b) =>
      a['timestamp'] < b['timestamp'] ? -1 : 1,
    );
    expect(indexed).toStrictEqual(inOrder);
  }
  await tables.close();
});
