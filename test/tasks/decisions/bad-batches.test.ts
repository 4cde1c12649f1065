import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Batch, NewDecision, PersonChange } from '../../../schemas/decisions.ts';
import { personIdOf, tombstoneIdOf } from '../../../schemas/keys.ts';
import { run } from '../../../tasks/record-decisions.ts';
import { aFaceRecord, aPersonRecord, aPhotoRecord, JANE, JOHN, SHA256 } from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';
import { BUCKET, NOW, startTaskServices, type TaskServices } from '../../support/task-services.ts';

let services: TaskServices;
beforeAll(async () => {
  services = await startTaskServices();
});
beforeEach(async () => {
  for (const [person_id, name] of [
    [JOHN, 'John Doe'],
    [JANE, 'Jane Roe'],
  ] as const) {
    await services.putRow('people', aPersonRecord({ person_id, name }));
  }
  await services.putRow('results', aPhotoRecord({ image_id: 'party.jpg', status: 'COMPLETED', sha256: SHA256 }));
});
afterAll(() => services.close());

const NOBODY = personIdOf('Nobody');
const KIM = personIdOf('Kim');

const about = (said: Partial<NewDecision>): NewDecision => ({
  kind: 'PERSON',
  image_id: 'party.jpg',
  etag: aPhotoRecord().etag,
  bounding_box: aFaceRecord().bounding_box,
  source: 'manual',
  ...said,
});

/** Records a batch whose content may be anything. */
async function record(content: Partial<Record<keyof Batch, unknown>>): Promise<unknown> {
  const batch = { batch: 'bad', by: 'ada', timestamp: NOW, people: [], decisions: [], ...content };
  await services.putObject('work/decisions/bad.json', JSON.stringify(batch));
  return run({ bucket: BUCKET, batch: 'bad' }, services);
}

/** Why a batch is refused. Nothing of it is written. */
async function refusal(content: Parameters<typeof record>[0]): Promise<string> {
  const before = [await services.allRows('people'), await services.allRows('decisions')];
  const failure = (await failureOf(record(content))) as Error;
  expect(failure.name).toBe('DecisionsInvalid');
  expect([await services.allRows('people'), await services.allRows('decisions')]).toStrictEqual(before);
  return failure.message;
}

describe('a batch is refused as a whole', () => {
  test.each([
    ['is empty', '', 'Too small: expected string to have >=1 characters'],
    ['has 10,000 characters', 'x'.repeat(10_000), 'Too big: expected string to have <=200 characters'],
  ])('whose name %s', async (_, name, reason) => {
    expect(await refusal({ people: [{ person_id: KIM, name }] })).toBe(
      `work/decisions/bad.json is not as it should be. ✖ ${reason}\n  → at people[0].name`,
    );
  });

  test.each([
    ['a control character', 'Kim\u0007', '"Kim\\u0007"'],
    ['a mark of direction', 'Kim\u202e', '"Kim\u202e"'],
    ['nothing that can be seen', '\u200b', '"\u200b"'],
    ['a slash', 'Kim/Lee', '"Kim/Lee"'],
  ])('whose name has %s', async (_, name, shown) => {
    const reason = `${shown} is not a name: one character at least must be visible.`;
    expect(await refusal({ people: [{ person_id: KIM, name }] })).toBe(reason);
    expect(await refusal({ people: [{ person_id: JOHN, new_name: name }] })).toBe(reason);
  });

  test.each([
    ['beside the picture', { left: 0.9, top: 0, width: 0.2, height: 0.1 }],
    ['below the picture', { left: 0, top: 0.95, width: 0.1, height: 0.1 }],
    ['without a size', { left: 0.1, top: 0.1, width: 0, height: 0.1 }],
  ])('that draws a face %s', async (_, bounding_box) => {
    expect(await refusal({ decisions: [about({ kind: 'FACE', bounding_box })] })).toBe(
      `The box of a face in party.jpg is not within the picture: ${Object.values(bounding_box).join(' ')}.`,
    );
  });

  const merge = (person_id: string, merged_into: string): PersonChange => ({ person_id, merged_into }) as PersonChange;
  const same = (a: string, b: string) => `${a} cannot be merged into ${b}: both would be the same person.`;

  test('that merges somebody with themselves, or in a circle', async () => {
    expect(await refusal({ people: [merge(JOHN, JOHN)] })).toBe(same(JOHN, JOHN));
    expect(await refusal({ people: [merge(JOHN, JANE), merge(JANE, JOHN)] })).toBe(same(JOHN, JANE));
    await services.putRow('people', aPersonRecord({ person_id: JANE, name: 'Jane Roe', merged_into: JOHN }));
    expect(await refusal({ people: [merge(JOHN, JANE)] })).toBe(same(JOHN, JANE));
  });

  test('that names somebody who was forgotten, or merges into them', async () => {
    const reason = `There is no person ${NOBODY} any more. rollcall people lists those who are there.`;
    expect(await refusal({ people: [merge(JOHN, NOBODY)] })).toBe(reason);
    expect(await refusal({ decisions: [about({ person_id: NOBODY })] })).toBe(reason);
  });
});

test('what a batch writes of somebody who is being forgotten is taken back, and so is the batch, which names them', async () => {
  const tombstone = { person_id: tombstoneIdOf(KIM), record: 'tombstone', forgotten_at: NOW };
  await services.putRow('people', tombstone);
  const people = [{ person_id: KIM, name: 'Kim' }];
  expect(await refusal({ people, decisions: [about({ person_id: KIM })] })).toBe(
    'Somebody was forgotten meanwhile whom the decisions name: decide again.',
  );
  expect(await services.listKeys('work/decisions/')).toStrictEqual([]);
});
