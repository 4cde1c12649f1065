// The process that is fed: it says which input it begins, so that whoever watches knows which one killed it.
import { randomFrom } from '../faults/random.ts';
import { anEstate } from '../support/estate.ts';
import { picturesOf } from './corpus.ts';
import { kindOf, type Feed, type Said } from './fuzz.ts';
import { FUZZ } from './kinds.ts';

const { seed, from, to } = JSON.parse(process.argv[2] ?? '') as Feed;
const say = (said: Said) => process.send?.(said);
process.on('disconnect', () => process.exit());

const world = { estate: await anEstate(), pictures: await picturesOf() };
for (let index = from; index < to; index += 1) {
  const kind = kindOf(index);
  say({ what: 'begin', index });
  const random = randomFrom(seed * 1_000_003 + index);
  try {
    say({ what: 'end', index, outcome: `${kind}: ${await FUZZ[kind](random, world)}`, rss: process.memoryUsage.rss() });
  } catch (error) {
    say({ what: 'undeclared', index, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
await world.estate.close();
process.disconnect();
