import { S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientConfig } from '../../../local/clients.ts';
import type { EventBridgeEvent } from '../../../local/events/event.ts';
import { listen } from '../../../local/http.ts';
import { startS3, type S3 } from '../../../local/s3/server.ts';
import { openStore } from '../../../local/store.ts';

export const NOW = '2026-03-01T12:00:00.000Z';

export interface Account {
  readonly s3: S3;
  readonly client: S3Client;
  readonly url: string;
  readonly folder: string;
  readonly events: unknown[];
  readonly clock: { now: Date };
  /** Stops the servers and keeps the folder. */
  stop(): Promise<void>;
  /** Stops the servers and removes the folder. */
  close(): Promise<void>;
}

/** Only S3, on loopback, over a new folder or a given one. */
export async function anAccount(
  overrides: {
    folder?: string;
    now?: Date;
    deliver?: (event: EventBridgeEvent) => Promise<void>;
    after?: Promise<unknown>;
    report?: (fault: unknown) => void;
  } = {},
): Promise<Account> {
  const folder = overrides.folder ?? (await mkdtemp(join(tmpdir(), 'rollcall-s3-')));
  const store = await openStore(join(folder, 'store'));
  const events: unknown[] = [];
  const clock = { now: overrides.now ?? new Date(NOW) };
  let ids = 0;
  const s3 = await startS3({
    store,
    folder: join(folder, 'blobs'),
    accountId: '123456789012',
    now: () => clock.now,
    newId: () => `id-${++ids}`,
    ...(overrides.after && { after: overrides.after }),
    ...(overrides.report && { report: overrides.report }),
    deliver: overrides.deliver ?? (async (event) => void events.push(event)),
  });
  const server = await listen(s3.handler);
  const client = aClient(server.url);
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    client.destroy();
    await server.close();
    await s3.close();
    await store.close();
  };
  const close = async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { s3, client, url: server.url, folder, events, clock, stop, close };
}

export function aClient(endpoint: string): S3Client {
  return new S3Client({ ...clientConfig({ url: endpoint, region: 'us-east-1' }), maxAttempts: 1 });
}
