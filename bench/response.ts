// npm run bench:response [-- --draws N]
//
// The response time of one photo with 1, 2, 5, 10 and 50 faces, from the event to the final status, in virtual time:
// the deployed state machine and tasks against a plain Lambda that does the same one after the other, both with the
// same published latencies of the services (bench/response/latencies.ts). Exits with 1 if a goal is missed.

import { parseArgs } from 'node:util';
import { VirtualClock } from './response/clock.ts';
import { Stopwatch, type Measured } from './response/measure.ts';
import { chargePixelWork } from './response/pixels.ts';
import { atOnce, byService, lessOf, ratioOf, responseTimes, sensitivity, whereTimeGoes } from './response/report.ts';
import { startServices } from './response/services.ts';

const { values } = parseArgs({ options: { draws: { type: 'string', default: '20' } } });
const draws = Number(values.draws);
const seeds = (count: number) => Array.from({ length: Math.max(1, Math.floor(count)) }, (_, seed) => seed);

const clock = new VirtualClock();
chargePixelWork(clock);
const services = await startServices(clock);
const stopwatch = new Stopwatch(services, clock);
const cases = new Map<number, Measured[]>();
for (const faces of [1, 2, 5, 10, 50]) {
  const runs: Measured[] = [];
  for (const seed of seeds(faces === 50 ? draws / 4 : draws)) runs.push(await stopwatch.compare(faces, seed));
  cases.set(faces, runs);
}
const [one, ten] = [cases.get(1)!, cases.get(10)!];
console.log(`Response time in ms over ${draws} draws (a quarter at 50 faces):\n\n${responseTimes(cases)}\n`);
console.log(`Where the time goes at 10 faces, medians in ms from the event:\n\n${whereTimeGoes(ten)}\n`);
console.log(`The critical path at 10 faces, medians in ms:\n\n${byService(ten)}\n`);
console.log(
  `At 10 faces, if a service takes half or twice as long:\n\n${await sensitivity(stopwatch, seeds(draws / 4))}\n`,
);
console.log(await atOnce(stopwatch, ten, seeds(20)));
await services.close();

const [less, ratio] = [lessOf(ten), ratioOf(ten)];
console.log(`10 faces: ${less} % less than the plain Lambda, ${ratio.toFixed(2)} x the critical path`);
process.exit(less >= 70 && ratio <= 1.15 && lessOf(one) >= 0 ? 0 : 1);
