import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scanTable } from '../../recording/replay/table-rows.ts';
import { sha256 } from '../../recording/sha256.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';
import type { Attempts } from './attempts.ts';

const half = (bytes: Buffer) => bytes.subarray(0, bytes.length >>> 1);
const flip = (at: number) => (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  const index = Math.floor(at * (bytes.length - 1));
  changed.writeUInt8(changed.readUInt8(index) ^ 0x5a, index);
  return changed;
};

const BLOWS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  emptied: () => Buffer.alloc(0),
  'cut in half': half,
  'changed in the first byte': flip(0),
  'changed in the middle': flip(0.5),
  'changed in the last byte': flip(1),
};
/** LevelDB's lock and its own journal of messages. Nothing reads them. */
const UNREAD = /(^|\/)(LOCK|LOG|LOG\.old)$/;

/**
 * Damages each file of a stopped account's folder in turn. Then it must start with everything that was in other files,
 * or say which file it is and leave all as it is.
 */
export async function damageEachFile(folder: string, attempts: Attempts, blows = Object.keys(BLOWS)): Promise<void> {
  const before = await contentOf(folder);
  for (const file of await filesOf(folder)) {
    if (UNREAD.test(file) || (await stat(join(folder, file))).size === 0) continue;
    for (const blow of blows) {
      await attempts.harm(`${file} ${blow}`, async () => {
        const copy = `${folder}-damaged`;
        await cp(folder, copy, { recursive: true });
        try {
          const path = join(copy, file);
          await writeFile(path, BLOWS[blow]!(await readFile(path)));
          return await judge(copy, file, before);
        } finally {
          await rm(copy, { recursive: true, force: true });
        }
      });
    }
  }
}

async function judge(folder: string, file: string, before: Content): Promise<string | undefined> {
  const hashes = await hashesOf(folder);
  let account: TestAccount;
  try {
    account = await startTestAccount({ dataDir: folder });
  } catch (error) {
    if (!String(error).includes(join(folder, file))) return `the start does not name it: ${String(error)}`;
    const changed = Object.entries(await hashesOf(folder)).filter(([name, hash]) => hashes[name] !== hash);
    return changed.length === 0 ? undefined : `the start changed ${changed.map(([name]) => name).join(', ')}`;
  }
  try {
    const now = await readContent(account);
    // The index of the objects is in state/.
    if (!file.startsWith('state/') && now.keys !== before.keys) return `objects are missing: ${now.keys}`;
    if (!file.startsWith('s3/') && now.unreadable > 0) return `${now.unreadable} objects cannot be read`;
    if (now.unreadable > 1) return `${now.unreadable} objects cannot be read, and not only the one of this file`;
    return file.startsWith('dynamodb/') || now.rows === before.rows ? undefined : 'rows are missing';
  } finally {
    await account.close();
  }
}

interface Content {
  readonly keys: string;
  readonly unreadable: number;
  readonly rows: string;
}

async function contentOf(dataDir: string): Promise<Content> {
  const account = await startTestAccount({ dataDir });
  return readContent(account).finally(() => account.close());
}

async function readContent({ s3, dynamoDb, deployment }: TestAccount): Promise<Content> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: deployment.bucket }));
  let unreadable = 0;
  for (const { Key, ETag } of Contents) {
    const bytes = await s3
      .send(new GetObjectCommand({ Bucket: deployment.bucket, Key }))
      .then(({ Body }) => Body?.transformToByteArray())
      .catch(() => undefined);
    if (bytes === undefined || ETag === undefined) unreadable += 1;
  }
  const rows = await scanTable(dynamoDb, deployment.results_table);
  const keys = Contents.map(({ Key }) => Key).join(' ');
  return {
    keys,
    unreadable,
    rows: rows
      .map((row) => JSON.stringify(row))
      .toSorted()
      .join('\n'),
  };
}

/** Links, of which there is one to the project's modules, are no files of the folder. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

async function hashesOf(folder: string): Promise<Record<string, string>> {
  const files = (await filesOf(folder)).filter((file) => !UNREAD.test(file));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, sha256(await readFile(join(folder, file)))] as const)),
  );
}
