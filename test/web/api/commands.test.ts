import { IndexFacesCommand } from '@aws-sdk/client-rekognition';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findItem } from '../../../client/recovery/failures.ts';
import { personIdOf } from '../../../schemas/keys.ts';
import type { PhotoRecord } from '../../../schemas/records.ts';
import { aFace, aPhoto, aStranger, KIM, ROBIN } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord, JOHN, SHA256 } from '../../support/builders.ts';
import { aPhotoOf, colouredEngine } from '../../support/coloured-faces.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi({ engine: colouredEngine() });
});
beforeEach(() => api.account.clear());
afterAll(() => api.account.close());

const post = (path: string, body?: object) => api.ask(path, { method: 'POST', ...(body && { body }) });
const bodyOf = async <T>(path: string) => (await api.ask(path)).body as T;

test('unknown faces are searched again after it is said what that costs, and that is undone as any other act', async () => {
  await api.account.upload('input/red.jpg', await aPhotoOf(['red'], 5));
  await api.account.idle();
  const plan = await bodyOf('/api/re-recognition?since=2020-01-01');
  await api.account.upload('enroll/Ada/1.jpg', await aPhotoOf(['red'], 10));
  await api.account.idle();
  const started = await post('/api/re-recognition', {});
  const { batch, execution_arn } = started.body as { batch: string; execution_arn: string };
  await api.account.idle();
  const execution = await bodyOf<{ status: string }>(`/api/executions/${encodeURIComponent(execution_arn)}`);
  const found = await bodyOf<{ items: { by: string; source: string; person_id: string }[] }>(
    `/api/decisions?batch=${batch}`,
  );
  const named = async () =>
    (await bodyOf<{ faces: { person?: { name: string } }[] }>('/api/photos/red.jpg')).faces.map(
      ({ person }) => person?.name,
    );
  const after = await named();
  await post(`/api/decisions/${batch}/undo`);
  expect([
    plan,
    started.status,
    execution.status,
    found.items.map(({ by, source, person_id }) => [by, source, person_id]),
    after,
    await named(),
    api.faults,
  ]).toStrictEqual([
    { faces: 1, calls: 1, dollars: 0.001 },
    202,
    'SUCCEEDED',
    [['an admin', 'propagated', personIdOf('Ada')]],
    ['Ada'],
    [undefined],
    [],
  ]);
}, 60_000);

test('undelivered events are listed where they are, and are put back once', async () => {
  await api.account.upload('input/late.jpg', await aPhotoOf(['blue']));
  await api.account.idle();
  const row = (await findItem(api.account.target, 'late.jpg')) as PhotoRecord;
  const { key, size, etag, sequencer, timestamp, bucket } = row;
  const event = {
    id: 'an-event',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    time: timestamp,
    detail: { bucket: { name: bucket }, object: { key, size, etag, sequencer } },
  };
  const { sqs, deployment } = api.account.target;
  const QueueUrl = deployment.dead_letters['recognition']!;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no event' }));
  const lists = [await bodyOf('/api/dead-letters'), await bodyOf('/api/dead-letters')];
  const listed = {
    items: [
      { subject: 'input/late.jpg', time: timestamp, reason: 'no reason is given' },
      { subject: 'no event', time: 'no event', reason: 'no reason is given' },
    ],
    more: false,
  };
  expect(lists).toStrictEqual([listed, listed]);
  expect((await post('/api/dead-letters/redrive')).body).toStrictEqual({
    items: [
      { subject: 'input/late.jpg', put_back: true, result: 'started' },
      { subject: 'no event', put_back: false, result: 'no part of Rollcall is started by such an event' },
    ],
    more: false,
  });
  expect(await bodyOf('/api/dead-letters')).toStrictEqual({ items: [listed.items[1]], more: false });
}, 60_000);

test('whom other software enrolled is shown, and taken over', async () => {
  const { deployment, rekognition } = api.account;
  const Image = { Bytes: await aPhotoOf(['red']) };
  const CollectionId = deployment.collection;
  await rekognition.send(new IndexFacesCommand({ CollectionId, Image, ExternalImageId: 'john_doe' }));
  await rekognition.send(new IndexFacesCommand({ CollectionId, Image }));
  const expected = {
    items: [{ external_id: 'john_doe', faces: 1, person_id: JOHN, name: 'John Doe', counts_for: null, problem: null }],
    own: 0,
    nameless: 1,
  };
  expect(await bodyOf('/api/collection')).toStrictEqual(expected);
  expect(await bodyOf<{ items: unknown[] }>('/api/people')).toStrictEqual({ items: [] });
  expect((await post('/api/collection')).body).toStrictEqual(expected);
  expect((await bodyOf<{ items: { name: string }[] }>('/api/people')).items.map(({ name }) => name)).toStrictEqual([
    'John Doe',
  ]);
});

test('what would be forgotten is said before, and faces of nobody are forgotten by their age', async () => {
  const old = { timestamp: '2020-01-01T10:00:00Z', sha256: SHA256 };
  await putRows(api.account.target, 'people', aPersonRecord({ person_id: ROBIN, name: 'Robin' }));
  await putRows(
    api.account.target,
    'results',
    aPhoto({ ...old, bucket: api.account.deployment.bucket, day: '2020-01-01' }),
    aFace({ timestamp: old.timestamp }),
    aStranger({ timestamp: old.timestamp }),
  );
  expect([
    await bodyOf(`/api/people/${ROBIN}/forget`),
    await bodyOf('/api/unknown-faces/forget?older_than_days=30'),
    await bodyOf('/api/unknown-faces/forget?older_than_days=3000'),
    (await api.ask(`/api/people/${KIM}/forget`)).status,
  ]).toStrictEqual([{ faces: 1, photos: 1 }, { faces: 1, photos: 1 }, { faces: 0, photos: 0 }, 404]);
  const { receipt } = (await post('/api/unknown-faces/forget', { older_than_days: 30 })).body as {
    receipt: { removed: object };
  };
  expect(receipt.removed).toMatchObject({ unknown_faces: 1 });
  expect(await bodyOf('/api/unknown-faces/forget?older_than_days=30')).toStrictEqual({ faces: 0, photos: 0 });
}, 60_000);

test('that somebody was forgotten can be verified later', async () => {
  await putRows(api.account.target, 'people', aPersonRecord({ person_id: JOHN, name: 'John Doe' }));
  expect((await post('/api/forgotten', { who: 'John Doe' })).status).toBe(409);
  expect((await post(`/api/people/${JOHN}/forget`, {})).status).toBe(200);
  const { status, body } = await post('/api/forgotten', { who: 'John Doe' });
  expect([status, (body as { left: number }).left, api.forgotten]).toStrictEqual([200, 0, [JOHN, JOHN]]);
}, 60_000);

test('the settings tell how the deployment works, and nothing about its operator', async () => {
  const { settings, ...rest } = await bodyOf<{ settings: Record<string, unknown> }>('/api/settings');
  expect(rest).toStrictEqual({
    region: 'us-east-1',
    environment: 'default',
    is_local: true,
    face_match_threshold: 80,
    work_retention_days: 7,
    redrives_per_second: 100,
  });
  expect([settings['faceMatchThreshold'], settings['allowTwins'], 'alarmEmail' in settings]).toStrictEqual([
    80,
    false,
    false,
  ]);
});
