// Records the cases anew, with the real face engine: node test/recording/record-cases.ts
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { caseOf } from '../../cli/commands/record.ts';
import { startRecorder } from '../../recording/recorder.ts';
import { machineOfKey } from '../../statemachines/registry.ts';
import { readManifest, samplePath } from '../../samples/samples.ts';
import { makeSamplePictures, type SamplePictures } from '../support/sample-pictures.ts';
import { CachingEngine } from '../support/caching-engine.ts';
import { uploadObject } from '../faults/fault-account.ts';
import { injectFaults, type InjectedFault } from '../../recording/replay/inject-faults.ts';
import { startReplayAccount, type ReplayAccount } from '../../recording/replay/replay-account.ts';
import { stateOfFunction } from '../../recording/replay/state-machines.ts';
import { InvocationTracker } from '../../recording/replay/invocation-tracker.ts';

interface Scene {
  readonly key: string;
  readonly body: Buffer;
  readonly faults?: readonly InjectedFault[];
  /** Redrives it when the faults are over. */
  readonly redrive?: true;
  /** Starts it once more, when it is done, and records that one. */
  readonly again?: true;
}

const throttled = (state: string, operation: string, times: number): InjectedFault => ({
  state,
  service: 'rekognition',
  operation,
  error: 'ThrottlingException',
  times,
});

/** One more than Retry allows. */
const TOO_OFTEN = 9;

const scenes = ({ robin, pair, solo, nobody }: SamplePictures, sample: Buffer): Record<string, Scene> => ({
  enrolled: { key: 'enroll/Robin/1.jpg', body: robin },
  'enrolled-already': { key: 'enroll/Robin/2.jpg', body: solo, again: true },
  'enrolment-refused': { key: 'enroll/Nobody/1.jpg', body: nobody },
  'enrolment-failed': {
    key: 'enroll/Robin/3.jpg',
    body: solo,
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
const lab = await startReplayAccount(engine);
try {
  const sample = await readFile(samplePath(await readManifest(), 'sample1.jpg'));
  await mkdir(folder, { recursive: true });
  for (const [name, scene] of Object.entries(scenes(await makeSamplePictures(), sample))) {
    const recorded = await record(lab, scene);
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(recorded, null, 2)}\n`);
    console.log(name, recorded.end.status, recorded.path.join(' > '));
  }
} finally {
  await lab.close();
  await engine.close();
}

async function record({ sfn, s3, deployment, dataDir, ...rest }: ReplayAccount, scene: Scene) {
  const chart = rest.stateMachine(machineOfKey(scene.key) ?? '');
  const recorder = startRecorder(dataDir);
  const spots = new InvocationTracker((functionArn) => stateOfFunction(chart, functionArn));
  const faults = injectFaults(spots, scene.faults ?? []);
  rest.setInterceptors({
    intercept: (call, serve) => recorder.intercept(call, faults(call, serve)),
    interceptInvoke: (invoke) => recorder.interceptInvoke(spots.interceptInvoke(invoke)),
  });
  await uploadObject(s3, deployment.bucket, scene.key, scene.body);
  await rest.idle();
  const latest = async () => {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: chart.arn, maxResults: 1 }),
    );
    return String(executions[0]?.executionArn);
  };
  let executionArn = await latest();
  if (scene.redrive) await sfn.send(new RedriveExecutionCommand({ executionArn }));
  if (scene.again) {
    const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    executionArn = String(
      (await sfn.send(new StartExecutionCommand({ stateMachineArn: chart.arn, input }))).executionArn,
    );
  }
  await rest.idle();
  await recorder.flush();
  return caseOf({ sfn }, executionArn, dataDir);
}
