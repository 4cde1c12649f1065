import { randomUUID } from 'node:crypto';
import type { Json } from '../../local/step-functions/state-types.ts';
import { TASKS, type Input, type Output, type TaskName } from '../../schemas/tasks.ts';
import { run as detectFaces } from '../../tasks/detect-faces.ts';
import { run as loadImage } from '../../tasks/load-image.ts';
import { run as persistFace } from '../../tasks/persist-face.ts';
import { run as searchFace } from '../../tasks/search-face.ts';
import { run as writeProcessed } from '../../tasks/write-processed.ts';
import type { VirtualClock } from './clock.ts';
import { invocation, type Run } from './invocation.ts';
import type { Services, Upload } from './services.ts';
import { StateMachine } from './state-machine.ts';

type Tasks = { readonly [Name in TaskName]?: (input: Input<Name>, services: Services) => Promise<Output<Name>> };

/** The code that is deployed. */
const RUN: Tasks = {
  'load-image': loadImage,
  'detect-faces': detectFaces,
  'search-face': searchFace,
  'persist-face': persistFace,
  'write-processed': writeProcessed,
};

/** Processes one photo with the deployed state machine and tasks, from the event to the final status. */
export async function runPipeline(run: Run, upload: Upload, services: Services, clock: VirtualClock): Promise<void> {
  const machine = new StateMachine(services.definition, clock, async (arn, input, at) => {
    const name = [...services.functions].find(([functionArn]) => functionArn === arn)?.[1] ?? '';
    const task = Object.keys(RUN).find((one) => name.endsWith(one)) as TaskName | undefined;
    if (!task) return null;
    const runTask = RUN[task] as (input: unknown, services: Services) => Promise<unknown>;
    const current = { ...at, processorFree: 0 };
    const output = await invocation.run(current, () => runTask(TASKS[task].input.parse(input), services));
    return JSON.parse(JSON.stringify(output)) as Json;
  });
  await machine.execute(run, eventOf(upload, services) as unknown as Json);
}

/** S3's "Object Created", as EventBridge delivers it. */
export const eventOf = ({ key, etag, size, version }: Upload, { bucket, now }: Services) => ({
  id: randomUUID(),
  time: now().toISOString(),
  detail: {
    bucket: { name: bucket },
    object: { key, size, etag, 'version-id': version, sequencer: '0062E99A88DC407460' },
  },
});
