import { afterAll, beforeAll, expect, test } from 'vitest';
import { comparePairs, planComparison, unanswered } from '../../../client/calibration/compare.ts';
import { drawCurve } from '../../../client/calibration/curve.ts';
import { readKnownFaces } from '../../../client/calibration/faces.ts';
import { ratesAt } from '../../../client/calibration/rates.ts';
import { accountTarget } from '../../../client/deployment/target.ts';
import { personIdOf } from '../../../schemas/keys.ts';
import { aPhotoOf, colouredEngine, type Colour } from '../../support/coloured-faces.ts';
import { aboutLargest, startBatch } from '../../support/decide.ts';
import { startTestAccount, type TestAccount } from '../../support/test-account.ts';

let account: TestAccount;
beforeAll(async () => {
  account = await startTestAccount({ engine: colouredEngine() });
}, 120_000);
afterAll(() => account.close());

const target = () => accountTarget(account.account);

async function upload(key: string, colour: Colour, shade: number): Promise<void> {
  await account.upload(key, await aPhotoOf([colour], shade));
  await account.idle();
}

test('known faces are compared once, with one search each, and again only for those that are new', async () => {
  await upload('enroll/Ada/1.jpg', 'red', 0);
  await upload('enroll/Ada/2.jpg', 'red', 10);
  await upload('enroll/Bea/1.jpg', 'blue', 20);
  await upload('input/ada.jpg', 'red', 30);
  const said = await aboutLargest(account, 'ada.jpg', { kind: 'PERSON', person_id: personIdOf('Ada') });
  await startBatch(account, 'ada', { decisions: [said] });
  await account.idle();

  const plan = await planComparison(target(), await readKnownFaces(target()));
  expect(unanswered(plan)).toBe(4);
  const pairs = await comparePairs(target(), plan);
  const kinds = (of: typeof pairs) =>
    of.map(({ same, similarity }) => [same, Math.round(similarity)].join(' ')).toSorted();
  // Ada's two portraits and her photo make three pairs of one person. Each of them with Bea makes one of two.
  expect(kinds(pairs)).toStrictEqual(['false 37', 'false 37', 'false 37', 'true 100', 'true 100', 'true 100']);

  const again = await planComparison(target(), await readKnownFaces(target()));
  expect(unanswered(again)).toBe(0);
  expect(kinds(await comparePairs(target(), again))).toStrictEqual(kinds(pairs));
  await upload('enroll/Bea/2.jpg', 'blue', 40);
  const more = await planComparison(target(), await readKnownFaces(target()));
  expect(unanswered(more)).toBe(1);
  expect(kinds(await comparePairs(target(), more))).toHaveLength(9);
}, 120_000);

test('the curve draws both rates as shares of their pairs', () => {
  const pairs = [
    { similarity: 90, same: true },
    { similarity: 40, same: false },
  ];
  const svg = drawCurve(ratesAt(pairs, [0, 50, 100]), { same: 1, other: 1 });
  expect(svg.match(/points="[^"]+"/g)).toStrictEqual([
    'points="60.0,40.0 340.0,350.0 620.0,350.0"',
    'points="60.0,350.0 340.0,350.0 620.0,40.0"',
  ]);
});
