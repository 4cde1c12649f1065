import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEvents } from '../../../local/step-functions/history.ts';
import { HISTORY_LIMIT } from '../../../local/step-functions/journal.ts';
import { openSublevels, type HistoryEvent } from '../../../local/step-functions/sublevels.ts';
import { openStore } from '../../../local/store.ts';
import { randomFrom } from '../../support/random.ts';
import { bundleFolder, removeFolder } from '../lambda/bundles.ts';

let folder: string;
beforeEach(async () => {
  // In the project, as its bundles are.
  folder = await bundleFolder();
});
afterEach(() => removeFolder(folder));

const input = { items: ['a', 'b', 'c', 'd'] };

function begin(start: readonly string[]): ChildProcess {
  const order = JSON.stringify({ folder, start, input });
  const script = join(import.meta.dirname, 'killable.ts');
  return spawn(process.execPath, [script, order], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function finish(start: readonly string[] = []): Promise<void> {
  const child = begin(start);
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function lines(file: string): Promise<string[]> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

async function inStore(): Promise<{ outputs: Record<string, unknown>; histories: Record<string, HistoryEvent[]> }> {
  const store = await openStore(join(folder, 'store'));
  const sublevels = openSublevels(store);
  const outputs: Record<string, unknown> = {};
  const histories: Record<string, HistoryEvent[]> = {};
  for (const [key, { name, status, output }] of await sublevels.executions.iterator().all()) {
    outputs[name] = status === 'SUCCEEDED' && output !== undefined ? JSON.parse(output) : status;
    histories[name] = await readEvents(sublevels, key, { reverse: false, limit: HISTORY_LIMIT });
  }
  await store.close();
  return { outputs, histories };
}

function outputOf(name: string): unknown {
  const each = input.items.map((item) => `Persist ${name}/${item}`);
  return { ...input, first: `First ${name}`, each, last: `Last ${name}` };
}

/** Every call that an execution makes when nothing goes wrong. */
function callsOf(name: string): string[] {
  const faces = input.items.flatMap((item) => [`Persist ${name}/${item}`, `Search ${name}/${item}`]);
  return [`First ${name}`, ...faces, `Last ${name}`].toSorted();
}

test.for(['First', 'Search', 'Persist', 'Last'])(
  'after kill -9 in %s the execution goes on there, and calls again only what was in flight',
  async (state) => {
    await writeFile(join(folder, `hang-${state}`), '');
    const child = begin(['one']);
    const inFlight = state === 'First' || state === 'Last' ? 1 : 2;
    const hanging = async () => (await lines('calls')).filter((line) => line.startsWith(state));
    await expect.poll(async () => (await hanging()).length, { timeout: 20_000, interval: 5 }).toBe(inFlight);
    const cut = await hanging();
    await kill(child);
    await rm(join(folder, `hang-${state}`));
    await finish();
    const { outputs, histories } = await inStore();
    expect(outputs).toStrictEqual({ one: outputOf('one') });
    expect((await lines('calls')).toSorted()).toStrictEqual([...callsOf('one'), ...cut].toSorted());
    const ids = (histories['one'] ?? []).map(({ id }) => id);
    expect(ids).toStrictEqual(ids.map((_, index) => index + 1));
    expect(new Set(await lines('statuses'))).toStrictEqual(new Set(['one RUNNING', 'one SUCCEEDED']));
  },
);

test('killed at any moment, every execution ends once, and nothing that is in a history runs twice', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `e${index}`);
  const random = randomFrom(20260303);
  for (let round = 0; round < 5; round++) {
    const child = begin(round === 0 ? names : []);
    const { stdout } = child;
    if (stdout) await once(stdout, 'data');
    await sleep(random() * 60);
    await kill(child);
  }
  await finish();
  const { outputs, histories } = await inStore();
  expect(outputs).toStrictEqual(Object.fromEntries(names.map((name) => [name, outputOf(name)])));
  const problems: string[] = [];
  for (const [name, events] of Object.entries(histories)) {
    const succeeded = events.flatMap(({ lambdaFunctionSucceededEventDetails: details }) =>
      details ? [JSON.parse(String(details['output'])) as string] : [],
    );
    if (JSON.stringify(succeeded.toSorted()) !== JSON.stringify(callsOf(name))) problems.push(`${name}: ${succeeded}`);
    const ids = events.map(({ id }) => id);
    if (!ids.every((id, index) => id === index + 1)) problems.push(`${name}: ids ${ids}`);
  }
  expect(problems).toStrictEqual([]);
  const statuses = new Set(await lines('statuses'));
  expect([...statuses].toSorted()).toStrictEqual(
    names.flatMap((name) => [`${name} RUNNING`, `${name} SUCCEEDED`]).toSorted(),
  );
});
