// npm run bench:burst [-- --before] [-- --quick] [-- --share S]
//
// 300, 1,000 and 10,000 photos of 1, 3 and 10 faces that land at once, at quotas of 5 and 50 searches a second, with
// Lambda concurrency 10 and 1,000, in virtual time: the deployed state machine, the deployed code of the paid tasks and
// of the meter, Rekognition's quotas as token buckets (docs/benchmarks.md says what is simulated and what is left out).
// --before: the same without pacing. --quick: a small part. Exits with 1 if a goal is missed.

import { parseArgs } from 'node:util';
import type { Burst } from './burst/account.ts';
import { report, verdict } from './burst/report.ts';
import { simulateAll } from './burst/workers.ts';

const { values } = parseArgs({
  options: {
    before: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    // Nobody else uses Rekognition in this account, so more than the default of 0.9.
    share: { type: 'string', default: '0.95' },
  },
});
const { before, quick } = values;
const share = Number(values.share);

const QUOTAS = [
  { searches: 50, detections: 100 },
  { searches: 5, detections: 25 },
];
const bursts: Burst[] = [];
for (const photos of quick ? [300] : [300, 1000, 10_000]) {
  for (const faces of quick ? [3] : [1, 3, 10]) {
    for (const quota of QUOTAS) {
      for (const concurrency of [10, 1000]) bursts.push({ photos, faces, ...quota, concurrency });
    }
  }
}

/** Photos that meet no quota and no limit: what they take and cost is no waiting. */
const unlimited = (faces: number): Burst => ({ photos: 100, faces, searches: 1e6, detections: 1e6, concurrency: 1e6 });
const kinds = [...new Set(bursts.map(({ faces }) => faces))];
const alone = await simulateAll(kinds.map((faces) => ({ burst: unlimited(faces), before: true, share })));
const figuresAlone = new Map(kinds.map((faces, index) => [faces, alone[index]!]));
const figures = await simulateAll(bursts.map((burst) => ({ burst, before, share })));
console.log(`${report(figures, figuresAlone)}\n`);
const { line, good } = verdict(figures, figuresAlone);
console.log(line);
process.exit(good ? 0 : 1);
