import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { mapConcurrently } from '../../client/map-concurrently.ts';
import { createClients } from '../../local/clients.ts';
import type { RunningAccount } from '../chaos/killable-account.ts';
import { sendRaw, signedBy } from '../support/raw-request.ts';
import type { Attempts } from './attempts.ts';

const MB = 2 ** 20;
const MAX_RSS = 1500 * MB;
const BUCKET = 'attack';

/** How much of each kind. */
export interface Force {
  readonly keys: number;
  readonly listings: number;
  readonly connections: number;
  readonly bodyMb: number;
}

/** Requests of somebody who has the key, and too much of everything. Afterwards the account must answer. */
export async function abuse(account: RunningAccount, dataDir: string, force: Force, attempts: Attempts): Promise<void> {
  const { s3 } = createClients(account);
  const after = (name: string, blow: () => Promise<unknown>) =>
    attempts.harm(name, async () => {
      await blow();
      const rss = await memoryOf(dataDir);
      if (rss > MAX_RSS) return `${Math.round(rss / MB)} MB of memory`;
      const { status } = await sendRaw(account.url, { headers: { authorization: signature(account) } });
      return status === 200 ? undefined : `the account answers ${status}`;
    });
  for (const target of [
    'RekognitionService.DetectFaces',
    'DynamoDB_20120810.PutItem',
    'AWSStepFunctions.StartExecution',
  ]) {
    await after(`${force.bodyMb} MB to ${target}`, () => postMuch(account, target, force.bodyMb));
  }
  await after('1 MB of headers', () => sendRaw(account.url, { headers: { 'x-much': 'x'.repeat(MB) } }).catch(() => {}));
  const bomb = '<Object>'.repeat(MB - 1);
  const headers = { authorization: signature(account) };
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await after('8 MB of opened XML', () =>
    sendRaw(account.url, { method: 'POST', path: `/${BUCKET}?delete`, headers, body: bomb }),
  );
  await after(`${force.connections} half-open connections`, () => holdConnections(account, force.connections));
  const keys = Array.from({ length: force.keys }, (_, index) => `${index}/${'k'.repeat(100)}`);
  await mapConcurrently(16, keys, (Key) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' })));
  await after(`${force.keys} keys listed ${force.listings} times at once`, () =>
    Promise.all(Array.from({ length: force.listings }, () => listAll(account))),
  );
}

const signature = (account: RunningAccount) => signedBy(account.credentials.accessKeyId);

/** Streams a body that no one of the JSON protocols has. The server may hang up at any time. */
async function postMuch(account: RunningAccount, target: string, megabytes: number): Promise<void> {
  const headers = { 'x-amz-target': target, authorization: signature(account), 'transfer-encoding': 'chunked' };
  const outgoing = request(account.url, { method: 'POST', headers, agent: false });
  const over = new AbortController();
  const ended = new Promise<void>((resolve) => outgoing.once('error', () => resolve()).once('close', resolve));
  void ended.then(() => over.abort());
  outgoing.on('response', (response) => response.resume());
  const { signal } = over;
  for (let sent = 0; sent < megabytes && !signal.aborted; sent += 1) {
    if (!outgoing.write(Buffer.alloc(MB, ' '))) await once(outgoing, 'drain', { signal }).catch(() => {});
  }
  outgoing.end();
  await ended;
}

/** While they are open, somebody else must be served. */
async function holdConnections(account: RunningAccount, count: number): Promise<void> {
  const { port } = new URL(account.url);
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
    // Unread, the server's 408 would keep it open.
    socket.resume();
    socket.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Half: `);
    return socket;
  });
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const { status } = await sendRaw(account.url, { headers: { authorization: signature(account) } });
    if (status !== 200) throw new Error(`beside them the account answers ${status}`);
    // The server closes them once their headers have taken too long.
    for (let tries = 0; tries < 300 && sockets.some((socket) => !socket.closed); tries += 1) await sleep(100);
    const open = sockets.filter((socket) => !socket.closed).length;
    if (open > 0) throw new Error(`${open} of them are still open after 30 s`);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function listAll(account: RunningAccount): Promise<void> {
  const { s3 } = createClients(account);
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, ContinuationToken }));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  s3.destroy();
}

/** Resident bytes of the account's process. */
async function memoryOf(dataDir: string): Promise<number> {
  const { pid } = JSON.parse(await readFile(join(dataDir, 'account.json'), 'utf8')) as { pid: number };
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1024;
}
