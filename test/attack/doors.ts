import { lstat, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { RunningAccount } from '../chaos/killable-account.ts';
import { sendRaw, signedBy, type RawRequest } from '../support/raw-request.ts';
import type { Attempts } from './attempts.ts';

/** Requests that would read, change or destroy something, of every service. */
function requests({ deployment }: RunningAccount): Readonly<Record<string, RawRequest>> {
  const { bucket, collection, results_table: TableName } = deployment;
  const json = (target: string, input: object = {}): RawRequest => ({
    method: 'POST',
    headers: { 'x-amz-target': target },
    body: JSON.stringify(input),
  });
  const deleted = '<Delete><Object><Key>kept</Key></Object></Delete>';
  const [name] = Object.values(deployment.functions);
  return {
    ListBuckets: {},
    ListObjectsV2: { path: `/${bucket}?list-type=2` },
    GetObject: { path: `/${bucket}/kept` },
    PutObject: { method: 'PUT', path: `/${bucket}/kept`, body: 'other' },
    DeleteObject: { method: 'DELETE', path: `/${bucket}/kept` },
    DeleteObjects: { method: 'POST', path: `/${bucket}?delete`, body: deleted },
    ListCollections: json('RekognitionService.ListCollections'),
    DeleteCollection: json('RekognitionService.DeleteCollection', { CollectionId: collection }),
    Scan: json('DynamoDB_20120810.Scan', { TableName }),
    DeleteTable: json('DynamoDB_20120810.DeleteTable', { TableName }),
    ListStateMachines: json('AWSStepFunctions.ListStateMachines'),
    ListQueues: json('AmazonSQS.ListQueues'),
    PutEvents: json('AWSEvents.PutEvents', { Entries: [] }),
    Invoke: {
      method: 'POST',
      path: `/2015-03-31/functions/${encodeURIComponent(String(name))}/invocations`,
      body: '{}',
    },
  };
}

/** How a program of another user and a page in the browser come; some even with the right key. */
function disguises({ url, credentials }: RunningAccount): Readonly<Record<string, Record<string, string>>> {
  const { port } = new URL(url);
  const authorization = signedBy(credentials.accessKeyId);
  return {
    'without a signature': {},
    'with any access key': { authorization: signedBy('test') },
    'with the key of another start': { authorization: signedBy(`rollcall_${'0'.repeat(48)}`) },
    'with half of the key': { authorization: signedBy(credentials.accessKeyId.slice(0, -24)) },
    'as a plain form of a page': { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' },
    'by a name that was rebound': { authorization, host: `evil.example:${port}` },
    'by another port': { authorization, host: '127.0.0.1:1' },
    'from a foreign page': { authorization, origin: 'http://evil.example' },
    'from a page of another local server': { authorization, origin: 'http://localhost:3000' },
    'from a sandboxed page': { authorization, origin: 'null' },
    'from another site': { authorization, 'sec-fetch-site': 'cross-site' },
  };
}

export async function attackDoors(account: RunningAccount, attempts: Attempts): Promise<void> {
  const right = { authorization: signedBy(account.credentials.accessKeyId) };
  const { status } = await sendRaw(account.url, { headers: right });
  if (status !== 200) throw new Error(`Even with the right key the account answers ${status}: nothing was tried.`);
  for (const [operation, request] of Object.entries(requests(account))) {
    for (const [disguise, headers] of Object.entries(disguises(account))) {
      await attempts.door(`${operation} ${disguise}`, async () => {
        const answer = await sendRaw(account.url, { ...request, headers: { ...request.headers, ...headers } });
        return answer.status !== 403;
      });
    }
  }
  const { port } = new URL(account.url);
  for (const { address, internal } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    if (!internal) await attempts.door(`connect to ${address}`, () => connects(Number(port), address));
  }
}

function connects(port: number, host: string): Promise<boolean> {
  const socket = connect({ port, host, timeout: 2000 });
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    for (const event of ['error', 'timeout']) socket.once(event, () => resolve(false));
  }).finally(() => socket.destroy());
}

/** Every file and folder of the data folder, as another user of the machine. */
export async function attackModes(folder: string, attempts: Attempts): Promise<void> {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => !path.startsWith('node_modules'));
  for (const path of ['.', ...paths]) {
    await attempts.door(`mode of ${path}`, async () => {
      const facts = await lstat(join(folder, path)).catch(() => undefined);
      return facts !== undefined && !facts.isSymbolicLink() && (facts.mode & 0o077) !== 0;
    });
  }
}
