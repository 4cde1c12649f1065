// The process that is fed: it says which input it begins, so that whoever watches knows which one killed it.
import { randomFrom } from '../support/random.ts';
import { startTaskServices } from '../support/task-services.ts';
import { picturesOf } from './corpus.ts';
import { kindOf, type InputRange, type FuzzMessage } from './fuzz.ts';
import { FUZZERS } from './inputs.ts';

const { seed, from, to } = JSON.parse(process.argv[2] ?? '') as InputRange;
const say = (said: FuzzMessage) => process.send?.(said);
process.on('disconnect', () => process.exit());

const context = { services: await startTaskServices(), pictures: await picturesOf() };
for (let index = from; index < to; index += 1) {
  const kind = kindOf(index);
  say({ what: 'begin', index });
  const random = randomFrom(seed * 1_000_003 + index);
  try {
    say({
      what: 'end',
      index,
      outcome: `${kind}: ${await FUZZERS[kind](random, context)}`,
      rss: process.memoryUsage.rss(),
    });
  } catch (error) {
    say({ what: 'undeclared', index, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
await context.services.close();
process.disconnect();
