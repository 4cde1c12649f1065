import type { StateGraph } from '../../local/step-functions/state-types.ts';
import { Config, type Settings } from '../../schemas/config.ts';
import type { Lane } from '../../schemas/pacing.ts';
import { ratesOf, type PaidOperation } from '../../schemas/quotas.ts';
import { TASK_NAMES, type Input, type TaskName } from '../../schemas/tasks.ts';
import { machineEntry } from '../../statemachines/registry.ts';
import { run as detectFaces } from '../../tasks/detect-faces.ts';
import { Meter } from '../../tasks/pacing/meter.ts';
import { waitFor } from '../../tasks/pacing/slots.ts';
import { run as searchFace } from '../../tasks/search-face.ts';
import type { Burst, SimulatedAccount } from './account.ts';
import type { Environment } from './functions.ts';
import type { Pipeline } from './simulate.ts';
import { loadPhoto, simulatedCrops, unpaidTasks, type Tasks } from './tasks.ts';

/** The state machine as it is deployed, and its tasks: the paid ones and the meter are the deployed code itself. */
export function pipelineAfter(burst: Burst, settings: Settings, lane: Lane = 'interactive'): Pipeline {
  const config = Config.parse({
    ...settings,
    detectFacesPerSecond: burst.detections,
    searchFacesPerSecond: burst.searches,
  });
  const functions = Object.fromEntries(
    TASK_NAMES.map((name) => [name, `arn:aws:lambda:us-east-1:000000000000:function:${name}`]),
  ) as Record<TaskName, string>;
  const arns = { functions, putEvents: 'arn:aws:states:::events:putEvents' };
  return {
    machine: machineEntry('recognition').define(arns, config) as unknown as StateGraph,
    tasks: (account) => tasksAfter(account, lane, config),
  };
}

function tasksAfter(account: SimulatedAccount, lane: Lane, config: Config): Tasks {
  const { s3, rekognition, dynamoDb } = account.clients;
  const clock = { now: () => new Date(account.time.now()), sleep: (ms: number) => account.time.sleep(ms) };
  const rates = ratesOf(config);
  /** Each execution environment has meters of its own, as in Lambda. */
  const meterOf = (operation: PaidOperation, { kept }: Environment): Meter => {
    const known = kept.get(operation) as Meter | undefined;
    const meter =
      known ?? new Meter({ dynamoDb, resultsTable: 'results', operation, rate: rates[operation], now: clock.now });
    kept.set(operation, meter);
    return meter;
  };
  const paid = { s3, rekognition, minPixels: config.minFacePixels, ...clock };
  return {
    ...unpaidTasks(account),
    'load-image': async (input: Input<'load-image'>, environment: Environment) => {
      const photo = { ...(await loadPhoto(account, input)), lane };
      const [detect_at = 0] = await meterOf('DetectFaces', environment).reserve(1, lane);
      return { proceed: true, photo, detect_at, ...waitFor(detect_at, clock) };
    },
    'detect-faces': (input: Input<'detect-faces'>, environment: Environment) =>
      detectFaces(
        input,
        {
          ...paid,
          detectMeter: meterOf('DetectFaces', environment),
          searchMeter: meterOf('SearchFacesByImage', environment),
        },
        simulatedCrops(account),
      ),
    'search-face': (input: Input<'search-face'>, environment: Environment) => {
      const searchMeter = meterOf('SearchFacesByImage', environment);
      const collection = { collectionId: 'faces', searchBy: config.searchBy, threshold: config.faceMatchThreshold };
      return searchFace(input, { ...paid, dynamoDb, searchMeter, peopleTable: 'people', ...collection });
    },
  };
}
