// Runs inputs, and reports each before it starts, so that the parent knows which one ended the process.
import { randomFrom } from '../support/random.ts';
import { startTaskServices } from '../support/task-services.ts';
import { picturesOf } from './corpus.ts';
import { kindOf, type InputRange, type FuzzMessage } from './fuzz.ts';
import { FUZZERS } from './inputs.ts';

const { seed, from, to } = JSON.parse(process.argv[2] ?? '') as InputRange;
const report = (message: FuzzMessage) => process.send?.(message);
process.on('disconnect', () => process.exit());

const context = { services: await startTaskServices(), pictures: await picturesOf() };
for (let index = from; index < to; index += 1) {
  const kind = kindOf(index);
  report({ what: 'begin', index });
  const random = randomFrom(seed * 1_000_003 + index);
  try {
    report({
      what: 'end',
      index,
      outcome: `${kind}: ${await FUZZERS[kind](random, context)}`,
      rss: process.memoryUsage.rss(),
    });
  } catch (error) {
    report({
      what: 'undeclared',
      index,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}
await context.services.close();
process.disconnect();
