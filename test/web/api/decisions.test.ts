import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { personIdOf } from '../../../schemas/keys.ts';
import { aFace, aPhoto, aStranger, ROBIN } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { SHA256 } from '../../support/builders.ts';
import { aJpeg } from '../../support/pictures.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
beforeEach(async () => {
  await api.account.clear();
  const photo = aPhoto({ sha256: SHA256, bucket: api.account.deployment.bucket });
  await putRows(api.account.target, 'results', photo, aFace(), aStranger());
});
afterAll(() => api.account.close());

const decide = (...decisions: object[]) => api.ask('/api/decisions', { method: 'POST', body: { decisions } });
const face = (index: number) => ({ image_id: 'party.jpg', index });

test('one act names an unknown face, corrects another, and says who decided', async () => {
  const { status, body } = await decide(
    { kind: 'PERSON', ...face(1), name: 'Noor' },
    { kind: 'NOT_PERSON', ...face(0) },
  );
  const { batch, people } = body as { batch: string; people: unknown };
  expect({ status, people }).toStrictEqual({
    status: 200,
    people: [{ person_id: personIdOf('Noor'), name: 'Noor' }],
  });

  const faces = (await api.ask('/api/photos/party.jpg')).body as { faces: { status: string; person?: unknown }[] };
  expect(faces.faces.map(({ status: now, person }) => [now, person])).toStrictEqual([
    ['UNKNOWN', undefined],
    ['MATCHED', { person_id: personIdOf('Noor'), name: 'Noor' }],
  ]);

  const ofBatch = await api.ask(`/api/decisions?batch=${batch}`);
  expect(await api.ask('/api/decisions?photo=party.jpg')).toStrictEqual(ofBatch);
  const { items } = ofBatch.body as { items: { kind: string; by: string; person_id?: string }[] };
  expect(items.map(({ kind, by, person_id }) => [kind, by, person_id])).toStrictEqual([
    ['PERSON', 'an admin', personIdOf('Noor')],
    ['NOT_PERSON', 'an admin', ROBIN],
  ]);
  expect(api.faults).toStrictEqual([]);
});

test('a person is enrolled from the best of the faces that are named, unless that is not wanted', async () => {
  const name = { kind: 'PERSON', ...face(1), name: 'Noor' };
  await api.account.upload(aStranger().crop_key!, await aJpeg(200, 200));
  const { body } = await api.ask('/api/decisions', { method: 'POST', body: { decisions: [name], enroll: false } });
  expect((body as { portraits: string[] }).portraits).toStrictEqual([]);
  const { portraits } = (await decide(name)).body as { portraits: string[] };
  await api.account.idle();
  const { items } = (await api.ask('/api/enrolments')).body as { items: { key: string }[] };
  expect([portraits.length, items.map(({ key }) => key)]).toStrictEqual([1, portraits]);
});

test('what cannot be decided is refused with the reason, and nothing of the act is recorded', async () => {
  const refused = await Promise.all([
    decide({ kind: 'STRANGER', ...face(0) }, { kind: 'STRANGER', ...face(7) }),
    decide({ kind: 'PERSON', ...face(0) }),
    decide({ kind: 'PERSON', ...face(0), name: 'a/b' }),
    decide({ kind: 'NOT_PERSON', ...face(1) }),
    decide({ kind: 'FACE', image_id: 'party.jpg', bounding_box: { left: 0.9, top: 0, width: 0.2, height: 0.1 } }),
    decide(),
  ]);
  const details = refused.map(({ body }) => body as { status: number; detail: string });
  expect(details.map(({ status, detail }) => [status, detail])).toStrictEqual([
    [404, 'party.jpg has no face 7. It has 2 faces: 0, 1.'],
    [400, 'Say who it is: give a person_id or a name.'],
    [
      400,
      '"a/b" is not a name: it needs 1 to 200 characters, of which one can be seen, must not start with a dot, and must not contain a slash, control characters or marks of direction.',
    ],
    [400, 'party.jpg#1 was taken for nobody: it is UNKNOWN.'],
    [400, 'The box is not within party.jpg: each side is a share of the picture, from 0 to 1.'],
    [400, 'decisions: Too small: expected array to have >=1 items'],
  ]);
  expect((await api.ask('/api/decisions?photo=party.jpg')).body).toStrictEqual({ items: [] });
});
