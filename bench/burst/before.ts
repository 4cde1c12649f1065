import { DetectFacesCommand, SearchFacesByImageCommand } from '@aws-sdk/client-rekognition';
import type { StateGraph } from '../../local/step-functions/state-types.ts';
import type { DetectedFace } from '../../schemas/faces.ts';
import type { Photo } from '../../schemas/payloads.ts';
import type { Input } from '../../schemas/tasks.ts';
import { facesForStates } from '../../tasks/faces/detect.ts';
import type { SimulatedAccount } from './account.ts';
import definition from './before.json' with { type: 'json' };
import type { Pipeline } from './simulate.ts';
import { loadPhoto, simulatedCrops, unpaidTasks, type Tasks } from './tasks.ts';

/** The machine before paid calls had slots: the definition of commit 5768868, with default settings. */
export const pipelineBefore: Pipeline = { machine: definition as unknown as StateGraph, tasks };

/** What its tasks did: a paid call at once, after a look whether its answer was there. */
function tasks(account: SimulatedAccount): Tasks {
  const { rekognition } = account.clients;
  return {
    ...unpaidTasks(account),
    'crop-faces': async ({ photo, faces }: { photo: Photo; faces: readonly DetectedFace[] }) => {
      const crops = simulatedCrops(account);
      return { faces: await crops.write(photo, await crops.read(photo), faces) };
    },
    'load-image': async (input: Input<'load-image'>) => ({ proceed: true, photo: await loadPhoto(account, input) }),
    'detect-faces': async () => {
      await account.pass(['S3Read']);
      const { FaceDetails = [] } = await rekognition.send(new DetectFacesCommand({ Image: {} }));
      await account.pass(['S3Write']);
      const faces = facesForStates({ faces: FaceDetails });
      return { faces, count: faces.length, details_key: 'work/detected.json' };
    },
    'search-face': async () => {
      await account.pass(['S3Read']);
      await rekognition.send(new SearchFacesByImageCommand({ CollectionId: 'faces', Image: {} }));
      await account.pass(['S3Write']);
      return { status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD' };
    },
  };
}
