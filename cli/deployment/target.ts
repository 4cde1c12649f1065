import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../../local/account.ts';
import type { Deployment } from '../../schemas/deployment.ts';
import { Failure, messageOf } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { readAccount } from './endpoint-file.ts';
import { readDeployment } from './outputs.ts';
import { pace, PATIENT } from './pace.ts';

export interface Connection {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The account that a command works on: the embedded one or one of AWS. */
export interface Target {
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly sfn: SFNClient;
  readonly sqs: SQSClient;
  readonly deployment: Deployment;
  /** The settings for clients of further services. */
  readonly connection: Connection;
  /** How often the tables are polled. */
  readonly pollMs: number;
  /** Resolves when nothing is under way any more. Absent if the account cannot tell. */
  readonly idle?: () => Promise<void>;
}

export interface TargetOptions {
  readonly data: string;
  readonly aws?: boolean;
}

/** Finds the account that is running: the deployed one, or the embedded one of this data folder. */
export async function findTarget({ data, aws = false }: TargetOptions): Promise<Target> {
  if (aws) return awsTarget(await readDeployment());
  const target = await embeddedTarget(data);
  if (target) return target;
  throw nothingRuns(data);
}

export const nothingRuns = (data: string) =>
  new Failure(`Nothing runs on ${data}. Start it in another terminal, with: rollcall start --data ${data}`);

/** Runs the work in the deployed account, or in the one of this data folder, which is started for it unless it runs. */
export const withAccount = <T>(options: TargetOptions, terminal: Terminal, work: Work<T>): Promise<T> =>
  runIn(options, terminal, work, {});

/** The same for commands about what was done before. They create no data folder and load no face models. */
export async function withExistingAccount<T>(options: TargetOptions, terminal: Terminal, work: Work<T>): Promise<T> {
  if (!options.aws && !existsSync(join(options.data, 'state'))) {
    throw new Failure(
      `There is no data in ${options.data}. Choose the folder with --data, or begin with: rollcall start --data ${options.data}`,
    );
  }
  return runIn(options, terminal, work, { lazyEngine: true });
}

type Work<T> = (target: Target) => Promise<T>;

async function runIn<T>(
  { data, aws = false }: TargetOptions,
  terminal: Terminal,
  work: Work<T>,
  settings: AccountSettings,
): Promise<T> {
  const running = aws ? awsTarget(await readDeployment()) : await embeddedTarget(data);
  if (running) return work(running);
  terminal.repaint?.('Starting …');
  const account = await openAccount(data, terminal, settings);
  try {
    return await work(accountTarget(account));
  } finally {
    await account.close();
  }
}

export interface AccountSettings {
  /** Default: any free port. */
  readonly port?: number;
  /** Loads the face models only when a picture has to be analyzed. */
  readonly lazyEngine?: boolean;
  /** Records every call of every task for `rollcall record`. */
  readonly record?: boolean;
}

/** Starts the embedded account. Its libraries are loaded on demand, because most commands do not need them. */
export async function openAccount(
  dataDir: string,
  terminal: Terminal,
  { port = 0, record = false, lazyEngine = false }: AccountSettings = {},
): Promise<Account> {
  const { startAccount } = await import('../../local/account.ts');
  const recorder = record ? (await import('../../recording/recorder.ts')).startRecorder(dataDir) : {};
  const report = (problem: unknown) => {
    // Work that Ctrl-C interrupts continues at the next start and needs no message.
    if (!terminal.signal.aborted) terminal.note(messageOf(problem));
  };
  return startAccount({ dataDir, port, report, lazyEngine, ...recorder });
}

export const accountTarget = (account: Account): Target => ({
  ...loopbackTarget(account),
  idle: () => account.idle(),
});

async function embeddedTarget(data: string): Promise<Target | undefined> {
  const account = await readAccount(data);
  return account && loopbackTarget(account);
}

function loopbackTarget({ url, credentials, deployment }: Pick<Account, 'url' | 'credentials' | 'deployment'>): Target {
  return clientsFor({ endpoint: url, region: deployment.region, credentials }, deployment, 200);
}

function awsTarget(deployment: Deployment): Target {
  const connection = { region: deployment.region };
  const sfn = pace(new SFNClient({ ...connection, ...PATIENT }));
  return { ...clientsFor(connection, deployment, 2000), sfn };
}

function clientsFor(connection: Connection, deployment: Deployment, pollMs: number): Target {
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
