// Records the cases anew with the real face engine: node test/recording/record-cases.ts

import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildCase } from '../../recording/build-case.ts';
import { startRecorder } from '../../recording/recorder.ts';
import { injectFaults, type InjectedFault } from '../../recording/replay/inject-faults.ts';
import { InvocationTracker } from '../../recording/replay/invocation-tracker.ts';
import { sha256 } from '../../recording/sha256.ts';
import { readManifest, samplePath } from '../../samples/samples.ts';
import type { Case } from '../../schemas/case.ts';
import { sharedDetectionKeyOf } from '../../schemas/keys.ts';
import { machineOfKey } from '../../statemachines/registry.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { makeSamplePictures, type SamplePictures } from '../support/sample-pictures.ts';
import { provideStack } from '../support/stack.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';

interface Scene {
  readonly key: string;
  readonly body: Buffer;
  readonly faults?: readonly InjectedFault[];
  /** Redrives the execution after the faults, and records it with the redrive. */
  readonly redrive?: true;
  /** Starts a second execution with the same input when the first has ended, and records the second. */
  readonly again?: true;
  /** Uses the detection of an earlier scene with the same bytes. */
  readonly sameBytes?: true;
}

const throttled = (state: string, operation: string, times: number): InjectedFault => ({
  state,
  service: 'rekognition',
  operation,
  error: 'ThrottlingException',
  times,
});

/** One more than the state's retries. */
const TOO_OFTEN = 9;

const scenes = ({ robin, pair, solo, nobody }: SamplePictures, sample: Buffer): Record<string, Scene> => ({
  enrolled: { key: 'enroll/Robin/1.jpg', body: robin },
  'enrolled-already': { key: 'enroll/Robin/2.jpg', body: solo, again: true },
  'enrolment-refused': { key: 'enroll/Nobody/1.jpg', body: nobody },
  'enrolment-failed': {
    key: 'enroll/Robin/3.jpg',
    // Bytes of its own: the same picture would be enrolled already.
    body: Buffer.concat([robin, Buffer.from('3')]),
    faults: [throttled('IndexFace', 'IndexFaces', TOO_OFTEN)],
  },
  completed: { key: 'input/party/sample1.jpg', body: sample },
  'completed-after-throttling': {
    key: 'input/throttled.webp',
    body: pair,
    faults: [
      throttled('DetectFaces', 'DetectFaces', 2),
      { ...throttled('SearchFace', 'SearchFacesByImage', 1), item: 1 },
    ],
  },
  'completed-one-face': { key: 'input/solo.jpg', body: solo },
  'completed-same-bytes': { key: 'input/solo again.jpg', body: solo, sameBytes: true },
  'no-faces': { key: 'input/nobody.jpg', body: nobody },
  rejected: { key: 'input/no picture.jpg', body: Buffer.from('These are the words of a text, and no picture.') },
  'completed-already': { key: 'input/again.webp', body: pair, again: true },
  failed: {
    key: 'input/failed.jpg',
    body: solo,
    faults: [throttled('SearchFace', 'SearchFacesByImage', TOO_OFTEN)],
  },
  redriven: {
    key: 'input/redriven.jpg',
    body: solo,
    faults: [throttled('SearchFace', 'SearchFacesByImage', TOO_OFTEN)],
    redrive: true,
  },
});

const folder = join(import.meta.dirname, 'cases');
const engine = new CachingEngine(join(import.meta.dirname, '../../node_modules/.cache/rollcall-faces'));
const stack = await provideStack();
const account = await startTestAccount({ engine });
try {
  const sample = await readFile(samplePath(await readManifest(), 'sample1.jpg'));
  await mkdir(folder, { recursive: true });
  for (const [name, scene] of Object.entries(scenes(await makeSamplePictures(), sample))) {
    const recorded = await record(account, scene);
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(recorded, null, 2)}\n`);
    console.log(name, recorded.end.status, recorded.path.join(' > '));
  }
} finally {
  await account.close();
  await engine.close();
  await stack.remove();
}

async function record({ s3, sfn, dataDir, idle, ...rest }: TestAccount, scene: Scene): Promise<Case> {
  const machine = rest.stateMachine(machineOfKey(scene.key) ?? '');
  const recorder = startRecorder(dataDir);
  const tracker = new InvocationTracker(machine);
  const faults = injectFaults(tracker, scene.faults ?? []);
  rest.setInterceptors({
    intercept: (call, serve) => recorder.intercept(call, faults(call, serve)),
    interceptInvoke: (invoke) => recorder.interceptInvoke(tracker.interceptInvoke(invoke)),
  });
  if (!scene.sameBytes) {
    const Key = sharedDetectionKeyOf(sha256(scene.body));
    await s3.send(new DeleteObjectCommand({ Bucket: rest.deployment.bucket, Key }));
  }
  await rest.upload(scene.key, scene.body);
  await idle();
  const { executions: [latest] = [] } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: machine.arn, maxResults: 1 }),
  );
  let executionArn = String(latest?.executionArn);
  if (scene.redrive) await sfn.send(new RedriveExecutionCommand({ executionArn }));
  if (scene.again) {
    const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    const again = await sfn.send(new StartExecutionCommand({ stateMachineArn: machine.arn, input }));
    executionArn = String(again.executionArn);
  }
  await idle();
  await recorder.flush();
  return buildCase(sfn, executionArn, dataDir);
}
