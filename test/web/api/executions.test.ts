import { afterAll, beforeAll, expect, test } from 'vitest';
import { Case } from '../../../schemas/case.ts';
import {
  ExecutionDetail,
  Executions,
  Failures,
  History,
  Redriven,
  type FailureItem,
} from '../../../web/api/schemas/executions.ts';
import { throttled } from '../../cli/account.ts';
import { aJpeg } from '../../support/pictures.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
afterAll(() => api.account.close());

async function pages(path: string): Promise<string[]> {
  const all: string[] = [];
  let cursor: string | undefined = '';
  for (let page = 0; page < 20 && cursor !== undefined; page += 1) {
    const { body } = await api.ask(path + (cursor && `&cursor=${cursor}`));
    const { items, cursor: next } = Executions.parse(body);
    all.push(...items.map(({ machine, status, error = '' }) => `${machine} ${status} ${error}`.trim()));
    cursor = next;
  }
  return all;
}

/** All failures, read one by one. */
async function failuresOf(filter = ''): Promise<FailureItem[]> {
  const all: FailureItem[] = [];
  let cursor: string | undefined = '';
  for (let page = 0; page < 20 && cursor !== undefined; page += 1) {
    const { body } = await api.ask(`/api/failures?limit=1${filter}${cursor && `&cursor=${cursor}`}`);
    const { items, cursor: next } = Failures.parse(body);
    all.push(...items);
    cursor = next;
  }
  return all;
}

test('executions are listed, shown with their events, and redriven one by one or by cause', async () => {
  const { account } = api;
  await account.upload('input/text.jpg', Buffer.from('not a photo'));
  await account.idle();
  await account.answerAsIn('completed', throttled('DetectFaces', 'DetectFaces', 1000));
  await account.upload('input/one.jpg', await aJpeg(480, 480));
  await account.upload('input/two.jpg', Buffer.concat([await aJpeg(480, 480), Buffer.from('2')]));
  await account.idle();

  const listed = await pages('/api/executions?limit=2');
  const failed = await pages('/api/executions?machine=recognition&status=FAILED&limit=1');
  const none = await pages('/api/executions?to=2026-01-01');
  expect({ listed, failed, none }).toStrictEqual({
    listed: [
      'recognition FAILED ThrottlingException',
      'recognition FAILED ThrottlingException',
      'recognition SUCCEEDED',
    ],
    failed: ['recognition FAILED ThrottlingException', 'recognition FAILED ThrottlingException'],
    none: [],
  });

  const { items } = Executions.parse((await api.ask('/api/executions?status=FAILED')).body);
  const path = `/api/executions/${encodeURIComponent(items[0]!.execution_arn)}`;
  const detail = ExecutionDetail.parse((await api.ask(path)).body);
  const history = History.parse((await api.ask(`${path}/history?limit=2`)).body);
  expect({
    subject: detail.subject,
    redrive: detail.redrive_status,
    startAt: (detail.definition as { StartAt: string }).StartAt,
    events: history.items.map(({ id, previous_event_id, type }) => [id, previous_event_id, type]),
  }).toStrictEqual({
    subject: 'input/two.jpg',
    redrive: 'REDRIVABLE',
    startAt: 'LoadImage',
    events: [
      [1, 0, 'ExecutionStarted'],
      [2, 0, 'TaskStateEntered'],
    ],
  });
  const rest = History.parse((await api.ask(`${path}/history?cursor=${history.cursor}`)).body);
  expect([rest.items[0]?.id, rest.items.at(-1)?.type, rest.cursor]).toStrictEqual([3, 'ExecutionFailed', undefined]);

  const recorded = await api.ask(`${path}/case`);
  expect([recorded.status, Case.parse(recorded.body).end.status]).toStrictEqual([200, 'FAILED']);

  const failures = await failuresOf();
  expect(failures.map(({ error, failed_state, id }) => [id, error, failed_state]).toSorted()).toStrictEqual([
    ['one.jpg', 'ThrottlingException', 'DetectFaces'],
    ['two.jpg', 'ThrottlingException', 'DetectFaces'],
  ]);
  expect([await failuresOf('&error=NetworkError'), await failuresOf('&failed_state=DetectFaces')]).toStrictEqual([
    [],
    failures,
  ]);

  expect((await api.ask(`${path}/redrive`, { method: 'POST' })).status).toBe(200);
  await account.idle();
  const redriven = await api.ask('/api/failures/redrive', { method: 'POST', body: { error: 'ThrottlingException' } });
  const { items: done, cursor } = Redriven.parse(redriven.body);
  await account.idle();
  expect([done.map(({ id, action }) => [id, action]).toSorted(), cursor]).toStrictEqual([
    [
      ['one.jpg', 'redrive'],
      ['two.jpg', 'redrive'],
    ],
    undefined,
  ]);
  expect(api.faults).toStrictEqual([]);
});

test('what is no execution of these machines is not found, and what has succeeded is not redriven', async () => {
  const { items } = Executions.parse((await api.ask('/api/executions?status=SUCCEEDED')).body);
  const arn = items[0]!.execution_arn;
  const answers = await Promise.all([
    api.ask('/api/executions/nothing'),
    api.ask(`/api/executions/${encodeURIComponent(arn)}x`),
    api.ask(`/api/executions/${encodeURIComponent(arn)}/redrive`, { method: 'POST' }),
    api.ask('/api/failures/redrive', { method: 'POST', body: { ids: ['no.jpg'] } }),
  ]);
  expect(answers.map(({ status }) => status)).toStrictEqual([404, 404, 409, 404]);
});
