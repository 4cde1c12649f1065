// npm run chaos: kills an account at random moments under load. Ends with one line of figures.
import { parseArgs } from 'node:util';
import { chaos } from './chaos.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    /** The same seed gives the same uploads and the same times between kills. */
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
console.log(`seed ${seed}`);
const { lost, doubled, corrupt, uploads, problems } = await chaos({
  kills,
  seed,
  pauseMs: 100,
  onKill: (kill, done) => void (process.stderr.isTTY && process.stderr.write(`\r${kill} kills, ${done} uploads`)),
});
for (const text of new Set(problems)) console.log(`reported: ${text}`);
for (const [what, sentences] of Object.entries({ lost, doubled, corrupt })) {
  for (const sentence of sentences) console.log(`${what}: ${sentence}`);
}
if (lost.length + doubled.length + corrupt.length > 0 || uploads === 0) process.exitCode = 1;
console.log(`corrupt ${corrupt.length}`);
/** Several lines may be about the same upload. */
const count = (sentences: readonly string[]) => new Set(sentences.map((sentence) => sentence.split(': ')[0])).size;
console.log(`lost ${count(lost)}, doubled ${count(doubled)} of ${uploads} uploads over ${kills} kills`);
