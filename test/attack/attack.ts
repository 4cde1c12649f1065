import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { join } from 'node:path';
import { createClients } from '../../local/clients.ts';
import { KillableAccount, type AccountProcessOptions, type RunningAccount } from '../chaos/killable-account.ts';
import { aJpeg } from '../support/pictures.ts';
import { prepareStack } from '../support/stack.ts';
import { abuse, type Force } from './abuse.ts';
import { Attempts } from './attempts.ts';
import { damageEachFile } from './damage.ts';
import { attackDisk } from './disk.ts';
import { attackDoors, attackModes } from './doors.ts';
import { attackNames } from './names.ts';

export interface Attack {
  readonly force: Force;
  /** The ways in which each file is damaged. Default: all. */
  readonly blows?: string[];
  readonly progress?: (text: string) => void;
}

/** Tries to get into an embedded account and to damage it. */
export async function attack({ force, blows, progress = () => {} }: Attack): Promise<Attempts> {
  const attempts = new Attempts();
  const prepared = await prepareStack();
  const dataDir = join(prepared.root, 'data');
  const options = { dataDir, stackFolder: prepared.stack, faces: prepared.faces };
  try {
    await withAccount(options, async (account) => {
      progress('doors');
      await attackDoors(account, attempts);
      await attackModes(dataDir, attempts);
      await attempts.harm('all requests together', () => isKept(account));
      progress('names');
      await attackNames(prepared.root, dataDir, attempts);
    });
    // Before there are thousands of objects, because each one is a file.
    progress('damage');
    await damageEachFile(dataDir, attempts, blows);
    progress('abuse');
    await withAccount(options, async (account) => {
      await abuse(account, dataDir, force, attempts);
      await attempts.harm('all abuse together', () => isKept(account));
    });
    progress('disk');
    const skipped = await attackDisk(prepared.root, attempts);
    if (skipped !== undefined) progress(skipped);
    return attempts;
  } finally {
    await prepared.remove();
  }
}

/** Works on an account in a process of its own, and kills it. */
async function withAccount(
  options: AccountProcessOptions,
  work: (account: RunningAccount) => Promise<void>,
): Promise<void> {
  const killable = new KillableAccount(options);
  try {
    const account = await killable.open;
    await putSome(account);
    await killable.idle();
    await work(account);
  } finally {
    await killable.kill();
  }
}

async function putSome(account: RunningAccount): Promise<void> {
  const { s3 } = createClients(account);
  const Bucket = account.deployment.bucket;
  await s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'kept' }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'input/nobody.jpg', Body: await aJpeg(96, 96) }));
}

async function isKept(account: RunningAccount): Promise<string | undefined> {
  const { s3 } = createClients(account);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: account.deployment.bucket, Key: 'kept' }));
  const text = await Body?.transformToString();
  return text === 'kept' ? undefined : `an object has become ${text}`;
}
