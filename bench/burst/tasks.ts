import type { Json } from '../../local/step-functions/state-types.ts';
import type { CroppedFace } from '../../schemas/faces.ts';
import { cropKeyOf, workPrefixOf } from '../../schemas/keys.ts';
import type { Photo } from '../../schemas/payloads.ts';
import type { Input, TaskName } from '../../schemas/tasks.ts';
import { TASK_SETTINGS } from '../../stacks/tasks.ts';
import type { Crops } from '../../tasks/faces/crops.ts';
import type { Pixels } from '../../tasks/images/crop.ts';
import { SlotError } from '../../tasks/runtime/errors.ts';
import { PHOTO_BYTES, PIXEL_WORK, S3_MS_PER_BYTE } from '../response/latencies.ts';
import type { SimulatedAccount } from './account.ts';
import type { Environment } from './functions.ts';

/** A function's code: what it does until it answers. */
export type Code = (input: never, environment: Environment) => Promise<unknown>;
/** crop-faces is only in the definition before paid calls had slots. */
export type Tasks = Partial<Record<TaskName | 'crop-faces', Code>>;

/** Memory of a function, in MB. */
export const memoryOf = (name: TaskName | 'crop-faces') =>
  name === 'crop-faces' ? 2048 : TASK_SETTINGS[name].memoryMb;

/** vCPU of a function with 2,048 MB. */
const PROCESSORS = 2048 / 1769;
/** As tasks/faces/crops.ts has it. */
const CROPS_AT_ONCE = 20;
const READ_MS = PHOTO_BYTES * S3_MS_PER_BYTE;

/** What each photo brings along through the machine. */
function photoOf(key: string, executionArn: string): Photo {
  const work_prefix = workPrefixOf(key, 'etag');
  return {
    bucket: 'photos',
    key,
    etag: 'etag',
    size: PHOTO_BYTES,
    sequencer: '0',
    timestamp: '2026-03-01T12:00:00Z',
    execution_arn: executionArn,
    image_id: key,
    work_prefix,
    lane: 'interactive',
    picture: { bucket: 'photos', key, width: 4000, height: 3000, format: 'jpeg', sha256: work_prefix },
  };
}

/** The tasks whose calls are not paid for: each takes the time of its calls and of its work on pixels. */
export function unpaidTasks(account: SimulatedAccount) {
  return {
    'persist-face': async ({ face, search }: Input<'persist-face'>) => {
      if ('search_at' in search) throw new SlotError('SlotMissed', '');
      await account.pass(['DynamoDB', 'DynamoDB']);
      return { index: face.index, written: true };
    },
    'write-processed': async () => {
      await account.pass(['DynamoDB', 'DynamoDB', 'S3Read', 'S3Read', 'DynamoDB', 'S3Write', 'DynamoDB']);
      return { status: 'COMPLETED' };
    },
  } satisfies Tasks;
}

const NO_PIXELS: Pixels = { data: Buffer.alloc(0), width: 0, height: 0, channels: 3 };

/** The time that reading a photo's pixels and writing its crops takes. */
export const simulatedCrops = (account: SimulatedAccount): Crops => ({
  read: async () => {
    await account.pass(['S3Read'], READ_MS + PIXEL_WORK.decode / PROCESSORS);
    return NO_PIXELS;
  },
  write: async (photo, _, faces) => {
    for (let first = 0; first < faces.length; first += CROPS_AT_ONCE) {
      const count = Math.min(CROPS_AT_ONCE, faces.length - first);
      await account.pass(['S3Write'], (count * PIXEL_WORK.crop) / PROCESSORS);
    }
    return faces.map((face): CroppedFace => {
      const in_crop = { left: 0.25, top: 0.25, width: 0.5, height: 0.5 };
      return { ...face, crop_key: cropKeyOf(photo.work_prefix, face.index), pixels: 240, in_crop };
    });
  },
});

/** Claims the photo, reads and checks it. */
export async function loadPhoto(account: SimulatedAccount, input: Input<'load-image'>): Promise<Photo> {
  await account.pass(['DynamoDB', 'S3Read'], READ_MS + PIXEL_WORK.check / PROCESSORS);
  return photoOf(input.detail.object.key, input.execution_arn);
}

/** The input of the execution that an event starts. */
export const eventOf = (key: string): Json => ({
  time: '2026-03-01T12:00:00Z',
  detail: { object: { key } },
});
