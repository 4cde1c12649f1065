import { DetectFacesCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, test, vi } from 'vitest';
import { ServiceError } from '../../../local/aws-json.ts';
import { clientConfig } from '../../../local/clients.ts';
import { listen } from '../../../local/http.ts';
import { SERVICE_ERRORS } from '../../../schemas/errors.ts';
import { TASK_NAMES, type TaskName } from '../../../schemas/tasks.ts';
import { RETRIED_BY_SDK, RETRIED_BY_STEP_FUNCTIONS } from '../../../tasks/runtime/client-settings.ts';
import { defineTask } from '../../../tasks/runtime/define-task.ts';
import { aPhoto, EVENT_TIME } from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';
import { aBrokenConnection, aScriptedRekognition } from '../../support/rekognition.ts';
import { REGION } from '../../support/task-services.ts';

// Before the tasks are loaded: their logger reads it once.
vi.hoisted(() => void (process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT'));

const handlerOf = async (task: TaskName) =>
  ((await import(`../../../tasks/${task}.ts`)) as { handler: (event: unknown) => Promise<unknown> }).handler;

test.each(TASK_NAMES)('%s names the fields of a payload that does not fit', async (name) => {
  const handler = await handlerOf(name);
  const failure = await failureOf(handler({}));
  expect(failure).toMatchObject({ name: 'InvalidPayload' });
  const { message } = failure as Error;
  expect(message.startsWith(`The input of ${name} does not fit its schema. `)).toBe(true);
  expect(message).toMatch(/(time|detail|photo|enrolment|person_id|forgetting|batch|bucket|asked): /);
});

test('a field deep within is named by its path, and one that is not known is refused', async () => {
  const handler = await handlerOf('detect-faces');
  const { picture } = aPhoto();
  expect(
    await failureOf(handler({ photo: { ...aPhoto(), picture: { ...picture, width: '640' } }, detect_at: 1 })),
  ).toStrictEqual({
    name: 'InvalidPayload',
    message:
      'The input of detect-faces does not fit its schema. photo.picture.width: Invalid input: expected number, received string',
  });
  expect(await failureOf(handler({ photo: aPhoto(), detect_at: 1, extra: 1 }))).toStrictEqual({
    name: 'InvalidPayload',
    message: 'The input of detect-faces does not fit its schema. (the whole): Unrecognized key: "extra"',
  });
});

function aTask<Services>(services: () => Services, run: (services: Services) => Promise<number>) {
  return defineTask({
    name: 'measure-backlog',
    services,
    run: async (_, given) => ({ oldest_seconds: await run(given), running: 0 }),
    describe: () => ({}),
  });
}

test('services are made once, and an output that does not fit is an error too', async () => {
  const answers = [1, 2, -1];
  let made = 0;
  const handler = aTask(
    () => ++made,
    async () => answers.shift()!,
  );
  expect(await handler({ time: EVENT_TIME })).toStrictEqual({ oldest_seconds: 1, running: 0 });
  expect(await handler({ time: EVENT_TIME })).toStrictEqual({ oldest_seconds: 2, running: 0 });
  expect(await failureOf(handler({ time: EVENT_TIME }))).toStrictEqual({
    name: 'InvalidPayload',
    message:
      'The output of measure-backlog does not fit its schema. oldest_seconds: Too small: expected number to be >=0',
  });
  expect(made).toBe(1);
});

const COMMAND = new DetectFacesCommand({ Image: { Bytes: Buffer.from('x') } });

test('an error of the service passes under its own name, and a broken connection gets one', async () => {
  const throttled = await aScriptedRekognition({
    DetectFaces: [new ServiceError('ThrottlingException', 'Slow down.')],
  });
  const broken = await aBrokenConnection();
  const calling = (services: Pick<typeof throttled, 'rekognition'>) =>
    aTask(
      () => services.rekognition,
      async (client) => (await client.send(COMMAND)).FaceDetails?.length ?? 0,
    );
  expect(await failureOf(calling(throttled)({ time: EVENT_TIME }))).toStrictEqual({
    name: 'ThrottlingException',
    message: 'Slow down.',
  });
  expect(await failureOf(calling(broken)({ time: EVENT_TIME }))).toStrictEqual({
    name: 'NetworkError',
    message: 'The connection to a service broke (ECONNRESET).',
  });
  await Promise.all([throttled.close(), broken.close()]);
  expect(await failureOf(calling(broken)({ time: EVENT_TIME }))).toStrictEqual({
    name: 'NetworkError',
    message: 'The connection to a service broke (ECONNREFUSED).',
  });
});

test.each([
  [503, { name: 'ServiceUnavailable', message: 'A service answered with status 503.' }],
  [403, { name: 'Unknown', message: 'UnknownError' }],
])('a HEAD that S3 answers with %i, and no body to name the error', async (status, failure) => {
  const server = await listen((_, response) => void response.writeHead(status).end());
  const s3 = new S3Client({ ...clientConfig({ url: server.url, region: REGION }), maxAttempts: 1 });
  const handler = aTask(
    () => s3,
    async (client) => (await client.send(new HeadObjectCommand({ Bucket: 'photos', Key: 'a' }))).ContentLength ?? 0,
  );
  expect(await failureOf(handler({ time: EVENT_TIME }))).toStrictEqual(failure);
  await server.close();
});

test('a page of HTML with status 502, as a proxy sends it, is an error that is retried', async () => {
  const server = await listen((_, response) => void response.writeHead(502).end('<html>Bad gateway</html>'));
  const rekognition = new RekognitionClient({ ...clientConfig({ url: server.url, region: REGION }), maxAttempts: 1 });
  const handler = aTask(
    () => rekognition,
    async (client) => (await client.send(COMMAND)).FaceDetails?.length ?? 0,
  );
  expect(await failureOf(handler({ time: EVENT_TIME }))).toStrictEqual({
    name: 'ServiceUnavailable',
    message: 'A service answered with status 502.',
  });
  await server.close();
});

test.each([
  ['SDK', RETRIED_BY_SDK],
  ['Step Functions', RETRIED_BY_STEP_FUNCTIONS],
])('a service that never answers fails with an error that the %s retries', async (_, settings) => {
  const server = await listen(() => {});
  const requestHandler = { ...settings.requestHandler, requestTimeout: 50 };
  const client = clientConfig({ url: server.url, region: REGION });
  const rekognition = new RekognitionClient({ ...client, ...settings, maxAttempts: 1, requestHandler });
  expect(await failureOf(rekognition.send(COMMAND))).toMatchObject({ name: 'TimeoutError' });
  expect(SERVICE_ERRORS).toContain('TimeoutError');
  await server.close();
});
