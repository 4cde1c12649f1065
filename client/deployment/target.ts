import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '../../schemas/deployment.ts';
import type { PersonRecord } from '../../schemas/records.ts';
import { Failure } from '../failure.ts';
import type { Kept } from '../kept.ts';
import { readDirectly, readExecutionsDirectly, type DirectReads } from './direct-reads.ts';
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
  /** Keeps the rows of all people for a while. Absent where each read must be new. */
  readonly persons?: Kept<PersonRecord[]>;
  /** Keeps which past day has photos before or after another. Absent where each read must be new. */
  readonly nextDays?: Kept<string | undefined>;
  /** Resolves when nothing is under way any more. Absent if the account cannot tell. */
  readonly idle?: () => Promise<void>;
  /** Reads an object without HTTP. Absent where it is read over HTTP. */
  readonly readObject?: DirectReads['object'];
}

export interface TargetOptions {
  readonly data: string;
  readonly aws?: boolean;
}

/** Finds the account that is running: the deployed one, or the embedded one of this data folder. */
export async function findTarget(options: TargetOptions): Promise<Target> {
  const target = await runningTarget(options);
  if (target) return target;
  throw nothingRuns(options.data);
}

export const nothingRuns = (data: string) =>
  new Failure(`Nothing runs on ${data}. Start it in another terminal, with: rollcall start --data ${data}`);

/** The same, or undefined if no embedded account runs on the data folder. */
export async function runningTarget({ data, aws = false }: TargetOptions): Promise<Target | undefined> {
  if (aws) return awsTarget(await readDeployment());
  const account = await readAccount(data);
  return account && loopbackTarget(account);
}

/** What is known of an embedded account that runs in this process or in another. */
export interface LoopbackAccount {
  readonly url: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly deployment: Deployment;
}

interface OwnAccount extends LoopbackAccount {
  readonly idle: () => Promise<void>;
  /** Absent if every call is to be seen where calls are intercepted. */
  readonly reads?: DirectReads;
}

/** The account that runs in this process. */
export const accountTarget = (account: OwnAccount): Target => ({
  ...loopbackTarget(account, account.reads),
  idle: () => account.idle(),
});

/** An account that runs on this machine, read without HTTP where that can be. */
export function loopbackTarget({ url, credentials, deployment }: LoopbackAccount, reads?: DirectReads): Target {
  const target = clientsFor({ endpoint: url, region: deployment.region, credentials }, deployment, 200);
  if (!reads) return target;
  readDirectly(target.dynamoDb, reads.rows);
  readExecutionsDirectly(target.sfn, reads.executions);
  return { ...target, readObject: reads.object };
}

/** The account of AWS whose credentials this process has. */
export function awsTarget(deployment: Deployment, pollMs = 2000): Target {
  const connection = { region: deployment.region };
  const sfn = pace(new SFNClient({ ...connection, ...PATIENT }));
  return { ...clientsFor(connection, deployment, pollMs), sfn };
}

function clientsFor(connection: Connection, deployment: Deployment, pollMs: number): Target {
  return {
    s3: quiet(new S3Client({ ...connection, forcePathStyle: connection.endpoint !== undefined })),
    dynamoDb: DynamoDBDocumentClient.from(quiet(new DynamoDBClient(connection))),
    sfn: quiet(new SFNClient(connection)),
    sqs: quiet(new SQSClient(connection)),
    deployment,
    connection,
    pollMs,
  };
}

interface Client {
  readonly middlewareStack: { remove(name: string): boolean };
}

/** For its log, which nobody reads, a client copies each answer without what is sensitive: a tenth of a query's time. */
function quiet<Of extends Client>(client: Of): Of {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
