import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Account } from '../../local/account.ts';
import { Deployment } from '../../schemas/deployment.ts';
import { readDeployment } from './outputs.ts';
import { Failure, messageOf } from '../failure.ts';
import type { Terminal } from '../terminal.ts';

export interface Connection {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** An account to work on: the embedded one or Amazon's. */
export interface Target {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly deployment: Deployment;
  /** What a client of a further service is made with. */
  readonly connection: Connection;
  /** How often its tables are asked for news. */
  readonly pollMs: number;
  /** Where it is known: resolves when nothing is under way any more. */
  readonly idle?: () => Promise<void>;
}

export interface TargetOptions {
  readonly data: string;
  readonly aws?: boolean;
}

const AccountFile = z.object({
  url: z.url(),
  pid: z.int(),
  deployment: Deployment,
});

/** The account that already runs: the deployed one, or the one another process holds on this folder. */
export async function runningTarget({ data, aws = false }: TargetOptions): Promise<Target> {
  if (aws) return awsTarget(await readDeployment());
  const target = await embeddedTarget(data);
  if (target) return target;
  throw new Failure(`Nothing runs on ${data}. Start it in another terminal, with: rollcall start --data ${data}`);
}

/** The account that runs on this folder, or a new one for as long as the work takes. */
export async function withAccount<T>(
  data: string,
  terminal: Terminal,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const running = await embeddedTarget(data);
  if (running) return work(running);
  terminal.repaint?.('Starting …');
  const account = await openAccount(data, terminal);
  try {
    return await work(accountTarget(account));
  } finally {
    await account.close();
  }
}

export interface AccountSettings {
  /** A free one unless given. */
  readonly port?: number;
  /** Keeps each call of each task, for `rollcall record`. */
  readonly record?: boolean;
}

/** The embedded account. Loaded late: most commands can do without its libraries. */
export async function openAccount(
  dataDir: string,
  terminal: Terminal,
  { port = 0, record = false }: AccountSettings = {},
): Promise<Account> {
  const { startAccount } = await import('../../local/account.ts');
  const recorder = record ? (await import('../../recording/recorder.ts')).startRecorder(dataDir) : {};
  const report = (problem: unknown) => {
    // What is cut short by Ctrl-C goes on at the next start, and is nobody's problem.
    if (!terminal.signal.aborted) terminal.note(messageOf(problem));
  };
  return startAccount({ dataDir, port, report, ...recorder });
}

export const accountTarget = (account: Account): Target => ({
  ...loopbackTarget(account),
  idle: () => account.idle(),
});

async function embeddedTarget(data: string): Promise<Target | undefined> {
  let text: string;
  try {
    text = await readFile(join(data, 'account.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const account = AccountFile.parse(JSON.parse(text));
  return isAlive(account.pid) ? loopbackTarget(account) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function loopbackTarget({ url, deployment }: Pick<Account, 'url' | 'deployment'>): Target {
  // Signatures are not checked on loopback, but the SDK insists on making one.
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return clients({ endpoint: url, region: deployment.region, credentials }, deployment, 200);
}

const awsTarget = (deployment: Deployment): Target => clients({ region: deployment.region }, deployment, 2000);

function clients(connection: Connection, deployment: Deployment, pollMs: number): Target {
  return {
    s3: new S3Client({ ...connection, forcePathStyle: connection.endpoint !== undefined }),
    dynamoDb: DynamoDBDocumentClient.from(new DynamoDBClient(connection)),
    sfn: new SFNClient(connection),
    sqs: new SQSClient(connection),
    deployment,
    connection,
    pollMs,
  };
}
