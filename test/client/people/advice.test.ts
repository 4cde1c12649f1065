import { expect, test } from 'vitest';
import { adviceOn } from '../../../client/people/advice.ts';

const FRONT = { yaw: 2, brightness: 50 };

test.each([
  [[FRONT], 'Jane has 1 portrait; 3 to 10 are advised. Photos from another angle and in other light would help most.'],
  [
    [FRONT, { ...FRONT, yaw: -20 }],
    'Jane has 2 portraits; 3 to 10 are advised. Photos in other light would help most.',
  ],
  [[FRONT, { yaw: 30, brightness: 70 }], 'Jane has 2 portraits; 3 to 10 are advised.'],
  [[{}], 'Jane has 1 portrait; 3 to 10 are advised. Photos from another angle and in other light would help most.'],
  [[FRONT, FRONT, FRONT], undefined],
  [[], undefined],
])('of %j the advice is: %s', (portraits, advice) => {
  expect(adviceOn('Jane', portraits)).toBe(advice);
});
