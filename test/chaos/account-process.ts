// A process to be killed: an embedded account over a folder that outlives it.
import { startAccount } from '../../local/account.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import type { AccountProcessOptions, AccountMessage } from './killable-account.ts';

const { dataDir, stackFolder, faces } = JSON.parse(process.argv[2] ?? '') as AccountProcessOptions;
const say = (word: AccountMessage) => process.send?.(word);

const engine = new CachingEngine(faces);
const account = await startAccount({
  dataDir,
  stackFolder,
  engine,
  report: (problem) =>
    say({ kind: 'problem', text: problem instanceof Error ? (problem.stack ?? '') : String(problem) }),
});
process.on('message', async () => {
  await account.idle();
  say({ kind: 'idle' });
});
process.on('disconnect', () => process.exit());
const { url, region, deployment } = account;
say({ kind: 'open', url, region, deployment });
