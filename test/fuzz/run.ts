// npm run fuzz: mutated pictures, events, keys and JSON. Ends with one line of figures.
import { parseArgs } from 'node:util';
import { provideStack } from '../support/stack.ts';
import { fuzz, kindOf, MEMORY } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000' },
    /** The same seed makes the same inputs. */
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** Runs only the input with this number. */
    only: { type: 'string' },
  },
});
const seed = Number(values.seed);
const from = Number(values.only ?? 0);
const to = values.only === undefined ? Number(values.inputs) : from + 1;
console.log(`seed ${seed}`);
const stack = await provideStack();
const { outcomes, crashes, hangs, peak } = await fuzz({ seed, from, to }).finally(stack.remove);
for (const outcome of Object.keys(outcomes).sort()) console.log(`${String(outcomes[outcome]).padStart(6)}  ${outcome}`);
for (const { index, error } of [...crashes, ...hangs]) {
  console.log(`${kindOf(index)}, npm run fuzz -- --seed ${seed} --only ${index}: ${error}`);
}
if (crashes.length + hangs.length > 0 || peak > MEMORY) process.exitCode = 1;
console.log(`peak memory ${Math.round(peak / 2 ** 20)} MB`);
console.log(`${to - from} inputs, ${crashes.length} crashes, ${hangs.length} hangs`);
