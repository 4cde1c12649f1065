import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Receipt } from '../../../schemas/forgetting.ts';
import { personIdOf } from '../../../schemas/keys.ts';
import { aFace, aPhoto } from '../../cli/records.ts';
import { putRows } from '../../cli/rows.ts';
import { aPersonRecord } from '../../support/builders.ts';
import { anApi, type TestApi } from './an-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await anApi();
});
beforeEach(() => api.account.clear());
afterAll(() => api.account.close());

const JOHN = personIdOf('John Doe');

async function aPhotoOfJohn(): Promise<void> {
  await putRows(api.account.target, 'people', aPersonRecord({ person_id: JOHN, name: 'John Doe' }));
  await putRows(api.account.target, 'results', aPhoto(), aFace({ person_id: JOHN, person: 'John Doe' }));
}

interface Answer {
  readonly status: number;
  readonly body: { readonly execution_arn: string; readonly receipt: Receipt; readonly left: number };
}

/** Asks an API that waits for nothing, as one whose requests have to be answered soon. */
async function ask(path: string, body?: object): Promise<Answer> {
  const hurried = api.app(undefined, { answerWithinMs: 0 });
  const response = await hurried.request(path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: 'Bearer admin', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const forget = (body: object = {}) => ask(`/api/people/${JOHN}/forget`, body);
const endOf = (executionArn: string) => ask(`/api/forgetting/${encodeURIComponent(executionArn)}`);

/** Holds every task back until it is let go. */
function holdTasks(): () => void {
  const go = Promise.withResolvers<void>();
  api.account.setInterceptors({
    interceptInvoke: (invoke) => async (functionArn, payload, trace) => {
      await go.promise;
      return invoke(functionArn, payload, trace);
    },
  });
  return () => {
    api.account.setInterceptors({});
    go.resolve();
  };
}

test('who cannot wait for a receipt is told where to ask for it', async () => {
  await aPhotoOfJohn();
  const letGo = holdTasks();
  const begun = await forget();
  const early = await endOf(begun.body.execution_arn);
  letGo();
  await api.account.idle();
  const told = api.forgotten.splice(0);
  const ended = await endOf(begun.body.execution_arn);
  expect([begun.status, early, told, ended.status, ended.body.receipt.removed.faces, api.forgotten.splice(0)]).toEqual([
    202,
    { status: 202, body: begun.body },
    [],
    200,
    1,
    [JOHN],
  ]);
  const verifying = await ask('/api/forgotten', { who: JOHN });
  await api.account.idle();
  const verified = await endOf(verifying.body.execution_arn);
  expect([verifying.status, verified.status, verified.body.left, api.faults]).toStrictEqual([202, 200, 0, []]);
});

test('who asks again for the same waits for the same receipt, and for something else for another one', async () => {
  await aPhotoOfJohn();
  const letGo = holdTasks();
  const [first, again] = [await forget(), await forget()];
  const withPhotos = await forget({ photos: true });
  letGo();
  await api.account.idle();
  expect([again, withPhotos.body.execution_arn === first.body.execution_arn]).toStrictEqual([first, false]);
});

test('faces without a name are forgotten in the same way', async () => {
  const begun = await ask('/api/unknown-faces/forget', { older_than_days: 30 });
  await api.account.idle();
  const ended = await endOf(begun.body.execution_arn);
  expect([begun.status, ended.status, ended.body.receipt.removed]).toStrictEqual([202, 200, {}]);
});

test('only an execution that forgets somebody tells its end there', async () => {
  await api.account.upload('input/text.jpg', Buffer.from('not a photo'));
  await api.account.idle();
  const { body } = await api.ask('/api/executions?machine=recognition');
  const [recognition] = (body as { items: { execution_arn: string }[] }).items;
  const other = await endOf(recognition!.execution_arn);
  const none = await endOf('nothing');
  expect([other.status, none.status]).toStrictEqual([404, 404]);
});
