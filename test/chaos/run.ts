// npm run chaos: kills an account at random moments under load. Ends with one line of figures.
import { parseArgs } from 'node:util';
import { chaos } from './chaos.ts';
import { machineChaos } from './machines.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    /** In each scenario of the machines that no object starts. 0: only uploads. */
    'kills-in-machines': { type: 'string', default: '5' },
    /** The same seed gives the same uploads and the same times between kills. */
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
console.log(`seed ${seed}`);
const machines = await machineChaos({
  kills: Number(values['kills-in-machines']),
  seed,
  onScenario: (name) => void (process.stderr.isTTY && process.stderr.write(`\r\u001b[K${name}`)),
});
for (const sentence of machines.differing) console.log(`differs: ${sentence}`);
const { lost, doubled, corrupt, uploads, problems } = await chaos({
  kills,
  seed,
  pauseMs: 100,
  onKill: (kill, done) => void (process.stderr.isTTY && process.stderr.write(`\r${kill} kills, ${done} uploads`)),
});
for (const text of new Set([...machines.problems, ...problems])) console.log(`reported: ${text}`);
for (const [what, sentences] of Object.entries({ lost, doubled, corrupt })) {
  for (const sentence of sentences) console.log(`${what}: ${sentence}`);
}
if (machines.differing.length + lost.length + doubled.length + corrupt.length > 0 || uploads === 0)
  process.exitCode = 1;
console.log(
  `machines: ${machines.differing.length} of ${machines.scenarios} scenarios end otherwise after ${machines.kills} kills`,
);
console.log(`corrupt ${corrupt.length}`);
/** Several lines may be about the same upload. */
const count = (sentences: readonly string[]) => new Set(sentences.map((sentence) => sentence.split(': ')[0])).size;
console.log(`lost ${count(lost)}, doubled ${count(doubled)} of ${uploads} uploads over ${kills} kills`);
