// A process to be killed: an embedded account over a folder that outlives it.
import { startAccount } from '../../local/account.ts';
import { RememberingEngine } from '../faults/remembering-engine.ts';
import type { Order, Word } from './mortal.ts';

const { dataDir, stackFolder, faces } = JSON.parse(process.argv[2] ?? '') as Order;
const say = (word: Word) => process.send?.(word);

const engine = new RememberingEngine(faces);
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
