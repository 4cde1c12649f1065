import { GetBucketVersioningCommand, GetPublicAccessBlockCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnginePool } from '../../local/rekognition/engine/pool.ts';
import { Deployment as Outputs } from '../../schemas/deployment.ts';
import { startTestAccount } from '../support/test-account.ts';
import { answersOfApi, wiringOf } from './dashboard.ts';
import { tellOfOtis } from './otis.ts';
import { manyPhotos, sample, somePhotos } from './photos.ts';
import { PipelineClient } from './pipeline-client.ts';
import { findPrerequisites } from './prerequisites.ts';
import { TestEnvironment } from './test-environment.ts';

// A queue and a lifecycle rule take the provider up to a minute each: it waits for them to settle.
const SLOW = 10 * 60_000;

/** The emulator's account is 123456789012. */
const STATE_BUCKET = 'rollcall-state-123456789012-us-east-1';

const found = findPrerequisites();
if ('missing' in found) throw new Error(`This machine lacks ${found.missing}. Use npm run test:deploy.`);

describe.sequential('a disposable environment, by the real Terraform and provider', () => {
  let deployment: TestEnvironment;
  let deployed: PipelineClient;

  beforeAll(async () => {
    deployment = await TestEnvironment.open(found);
  }, SLOW);
  afterAll(() => deployment.close(), SLOW);

  it(
    'begins with a bucket for the state, made once and found again',
    async () => {
      const made = (what: string) => ({
        code: 0,
        stderr: expect.stringContaining(`Bucket ${STATE_BUCKET} in us-east-1: ${what}.`),
      });
      expect(await deployment.bootstrap()).toMatchObject(made('created'));
      expect(await deployment.bootstrap()).toMatchObject(made('there already'));
      const s3 = deployment.s3();
      const Bucket = STATE_BUCKET;
      expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
      expect((await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration).toStrictEqual(
        {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      );
    },
    SLOW,
  );

  it(
    'is deployed by one command',
    async () => {
      const outputs = await deployment.deploy();
      deployed = new PipelineClient({ url: deployment.url, deployment: Outputs.parse(outputs) });
      expect(await deployment.validate()).toBe('Success! The configuration is valid.');
      const { Contents = [] } = await deployment.s3().send(new ListObjectsV2Command({ Bucket: STATE_BUCKET }));
      expect(Contents.map(({ Key }) => Key)).toStrictEqual(['rollcall-deploytest.tfstate']);
    },
    SLOW,
  );

  it(
    'has nothing to change afterwards',
    async () => {
      expect(await deployment.plannedChanges()).toStrictEqual([]);
    },
    SLOW,
  );

  it(
    'gives the same results as the embedded account for the same photos',
    async () => {
      const { people, photos } = await somePhotos();
      await run(deployed, people, photos);
      const deployedOutcome = await deployed.outcome();

      const engine = new EnginePool(availableParallelism());
      const { account, close } = await startTestAccount({ engine, hurry: false });
      try {
        const local = new PipelineClient(account);
        await run(local, people, photos);
        const localOutcome = await local.outcome();
        expect(deployedOutcome).toStrictEqual(localOutcome);
        expect(statuses(localOutcome)).toStrictEqual({
          'a b+c 100%.jpg': 'COMPLETED',
          'no picture.jpg': 'REJECTED',
          'Straße/日本.png': 'NO_FACES',
        });
      } finally {
        await close();
        await engine.close();
      }
    },
    SLOW,
  );

  it(
    'has a dashboard: an authorizer on each route, users by invitation, a private page, and a function that answers',
    async () => {
      const wiring = await wiringOf(deployment, deployed.deployment);
      expect(wiring.found).toStrictEqual(wiring.expected);
      expect(await answersOfApi(deployment, deployed.deployment)).toStrictEqual({
        photos: ['a b+c 100%.jpg', 'no picture.jpg', 'Straße/日本.png'].toSorted(),
        crop: [200, 'image/jpeg'],
        scaled: 'ffd8ff',
        'a viewer adds a person': 403,
        'somebody in no group': 403,
        nobody: 401,
        'an admin': 200,
      });
    },
    SLOW,
  );

  it(
    'names a person, enrols him, finds him again, exports him, and forgets him so that nothing of him is found',
    async () => expect(await tellOfOtis(deployment, deployed.deployment)).toStrictEqual([]),
    SLOW,
  );

  it(
    'redrives a failed execution from the state that failed, and repeats nothing that had succeeded',
    async () => {
      const { photos } = await somePhotos();
      const [photo] = Object.values(photos);
      const before = (await deployed.executions()).length;
      await deployment.inject('write-processed', 'Unforeseen', 1);
      await deployed.upload({ 'input/redriven.jpg': photo! });
      const failed = (await deployed.executionsEnded(before + 1)).find(({ status }) => status === 'FAILED');
      const executionArn = failed?.executionArn ?? '';
      await deployed.rowHasStatus('redriven.jpg', 'FAILED');
      const told = await deployment.rollcall('failed', '--json');
      expect(JSON.parse(told.stdout)).toMatchObject({
        error: 'Unforeseen',
        failed_state: 'WriteProcessed',
        failures: [{ id: 'redriven.jpg', execution_arn: executionArn, cause: 'injected fault' }],
      });

      const invoked = (await deployment.invocations()).length;
      const redriven = await deployment.rollcall('redrive', 'redriven.jpg');
      expect(redriven).toMatchObject({ code: 0, stdout: expect.stringContaining('1/1 redrove redriven.jpg') });
      await deployed.executionsEnded(before + 1);
      const { status, redriveCount } = await deployed.sfn.send(new DescribeExecutionCommand({ executionArn }));
      expect({ status, redriveCount }).toStrictEqual({ status: 'SUCCEEDED', redriveCount: 1 });

      const sinceThen = (await deployment.invocations()).slice(invoked).map(({ function: name }) => name);
      const onSchedule = /measure-backlog|record-lost-failures/;
      expect(sinceThen.filter((name) => !onSchedule.test(name))).toStrictEqual(['rollcall-write-processed-deploytest']);
      const row = (await deployed.rows('results_table')).find(
        ({ image_id, record }) => image_id === 'redriven.jpg' && record === 'photo',
      );
      expect(row).toMatchObject({ status: 'COMPLETED', face_count: 3 });
      expect(row).not.toHaveProperty('error');
      await deployment.forgetOutputs();
      const shown = await deployment.rollcall('show', 'redriven.jpg', '--json');
      expect(JSON.parse(shown.stdout)).toMatchObject({ image_id: 'redriven.jpg', status: 'COMPLETED' });
      expect((await deployment.rollcall('dead-letters')).code).toBe(0);
    },
    SLOW,
  );

  it(
    'paces photos that land at once, so that none fails and Rekognition throttles few calls',
    async () => {
      const [before, photos] = [await deployed.executions(), await manyPhotos(BURST)];
      deployment.quotas.reset();
      await deployed.upload(photos);
      const after = await deployed.executionsEnded(before.length + BURST);
      const known = new Set(before.map(({ executionArn }) => executionArn));
      const burst = after.filter(({ executionArn }) => !known.has(executionArn));
      expect(burst.map(({ status }) => status)).toStrictEqual(Array.from({ length: BURST }, () => 'SUCCEEDED'));
      const { DetectFaces, SearchFacesByImage } = deployment.quotas.use;
      expect([DetectFaces?.answered, SearchFacesByImage?.answered]).toStrictEqual([BURST, BURST]);
      console.log(
        `${BURST} photos at once, deployed: ${DetectFaces?.throttled ?? 0} of their detections and ` +
          `${SearchFacesByImage?.throttled ?? 0} of their searches were throttled, and none failed.`,
      );
      // A busy machine delays calls, so that some come closer together than their slots. Unpaced, nearly all are throttled.
      const throttled = (DetectFaces?.throttled ?? 0) + (SearchFacesByImage?.throttled ?? 0);
      expect(throttled).toBeLessThan(BURST / 2);
    },
    SLOW + BURST * 5000,
  );

  it(
    'recognizes a photo of this machine',
    async () => {
      const { code, stdout } = await deployment.rollcall('recognize', sample('sample3.jpg'), '--json');
      const { image_id, status, faces } = JSON.parse(stdout) as { image_id: string; status: string; faces: unknown[] };
      expect({ code, image_id, status, faces: faces.length }).toStrictEqual({
        code: 0,
        image_id: 'sample3.jpg',
        status: 'COMPLETED',
        faces: 3,
      });
    },
    SLOW,
  );

  it(
    'is found well by the doctor, who leaves nothing behind; and what is not well is named',
    async () => {
      const before = await deployed.keys();
      expect(await deployment.failedChecks()).toStrictEqual({});
      expect(await deployed.keys()).toStrictEqual(before);
      await deployment.inject('search-face', 'Runtime.ImportModuleError', 1);
      expect(await deployment.failedChecks()).toStrictEqual({
        'rollcall-search-face-deploytest': 'It does not run as it should. Runtime.ImportModuleError: injected fault',
      });
    },
    SLOW,
  );

  it(
    'is destroyed completely, with all object versions',
    async () => {
      await deployment.destroy();
      expect(await deployment.listResources()).toStrictEqual({
        functions: [],
        tables: [],
        // The state outlives what it describes.
        buckets: [STATE_BUCKET],
        queues: [],
        topics: [],
        machines: [],
        rules: [],
        alarms: [],
        dashboards: [],
        'user pools': [],
        'http apis': [],
        distributions: [],
        'log groups': [],
        collections: [],
        queries: [],
        roles: [],
      });
    },
    SLOW,
  );
});

/** Uploads the people first: a photo is compared with those who are enrolled when it is processed. */
async function run(
  client: PipelineClient,
  people: Record<string, Buffer>,
  photos: Record<string, Buffer>,
): Promise<void> {
  await client.upload(people);
  await client.executionsEnded(Object.keys(people).length);
  await client.upload(photos);
  await client.executionsEnded(Object.keys(people).length + Object.keys(photos).length);
}

/** Photos that land at once: 60 take a minute or more, since one search a second is allowed. */
const BURST = Number(process.env['BURST'] ?? 60);

const statuses = (outcome: Record<string, unknown>) =>
  Object.fromEntries(
    (outcome['processed'] as { image_id: string; status: string }[]).map(({ image_id, status }) => [image_id, status]),
  );
