// A process for tests to kill: an embedded account over a folder that is kept.
import { CachingEngine } from '../support/caching-engine.ts';
import { startTestAccount } from '../support/test-account.ts';
import type { AccountProcessOptions, AccountMessage } from './killable-account.ts';

const { dataDir, stackFolder, faces, hurry = false } = JSON.parse(process.argv[2] ?? '') as AccountProcessOptions;
const send = (message: AccountMessage) => process.send?.(message);

const engine = new CachingEngine(faces);
const { account } = await startTestAccount({
  dataDir,
  stackFolder,
  engine,
  hurry,
  report: (problem) =>
    send({ kind: 'problem', text: problem instanceof Error ? (problem.stack ?? '') : String(problem) }),
});
process.on('message', async () => {
  await account.idle();
  send({ kind: 'idle' });
});
process.on('disconnect', () => process.exit());
const { url, region, credentials, deployment } = account;
send({ kind: 'open', url, region, credentials, deployment });
