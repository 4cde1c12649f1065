import { ENROLMENT_FAULTS, IMAGE_FAULTS } from '../../schemas/errors.ts';
import { Processed } from '../../schemas/processed.ts';
import { TASKS, type Input } from '../../schemas/tasks.ts';
import { normalize } from '../../tasks/images/normalize.ts';
import { run as loadEnrolment } from '../../tasks/load-enrolment.ts';
import { run as loadImage } from '../../tasks/load-image.ts';
import { run as refuseEnrolment } from '../../tasks/refuse-enrolment.ts';
import { run as rejectImage } from '../../tasks/reject-image.ts';
import { parse } from '../../tasks/runtime/define-task.ts';
import { nameOf } from '../../tasks/runtime/errors.ts';
import { below, pick } from '../support/random.ts';
import type { TaskServices } from '../support/task-services.ts';
import { EVENT, KEYS, PROCESSED } from './corpus.ts';
import { mutated, mutatedText, mutatedValue, withChecksums } from './mutate.ts';

export type InputKind = 'picture' | 'event' | 'key' | 'processed';

export interface FuzzContext {
  readonly services: TaskServices;
  readonly pictures: readonly [Buffer, ...Buffer[]];
}

/** Makes an input of a kind, runs it, and gives how it ended. Throws if that is not declared. */
export const FUZZERS: Readonly<Record<InputKind, (random: () => number, context: FuzzContext) => Promise<string>>> = {
  picture: async (random, { pictures }) => {
    const bytes = mutated(pick(pictures, random), random);
    try {
      const { format } = await normalize(random() < 0.5 ? bytes : withChecksums(bytes));
      return `read as ${format}`;
    } catch (error) {
      return declared(error, IMAGE_FAULTS);
    }
  },
  event: async (random, context) => {
    const key = `input/${below(1e9, random)}/a b+c 100%/日本語.jpg`;
    const event = mutatedValue(await eventOf(key, pick(context.pictures, random), context.services), random);
    let input: Input<'load-image'>;
    try {
      input = parse(TASKS['load-image'].input, event, 'input');
    } catch (error) {
      return declared(error, ['InvalidPayload']);
    }
    return endOf(input, context);
  },
  key: async (random, context) => {
    const key = mutatedText(pick(KEYS, random), random);
    const bytes = below(3, random) === 0 ? Buffer.from('no picture') : pick(context.pictures, random);
    // A key that S3 refuses never gets an event.
    const event = await eventOf(key, bytes, context.services).catch(() => undefined);
    return event ? endOf(parse(TASKS['load-image'].input, event, 'input'), context) : 'refused by S3';
  },
  processed: async (random) => {
    const text =
      random() < 0.5 ? mutatedText(JSON.stringify(PROCESSED), random) : JSON.stringify(mutatedValue(PROCESSED, random));
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return declared(error, ['SyntaxError']);
    }
    const { success } = Processed.safeParse(value);
    if ('polluted' in {}) throw new Error('A key of the JSON reached the prototype of all objects.');
    return success ? 'valid' : 'does not fit';
  },
};

/** Puts an object and gives its event. */
async function eventOf(key: string, bytes: Buffer, services: TaskServices): Promise<unknown> {
  const { etag, versionId } = await services.putObject(key, bytes);
  const object = { ...EVENT.detail.object, key, size: bytes.length, etag, 'version-id': versionId };
  return { ...EVENT, detail: { ...EVENT.detail, object } };
}

/** Runs the tasks of the state machine up to the picture, and gives how the photo or enrolment ended. */
async function endOf(input: Input<'load-image'>, { services }: FuzzContext): Promise<string> {
  return input.detail.object.key.startsWith('enroll/') ? enrolled(input, services) : recognized(input, services);
}

async function recognized(input: Input<'load-image'>, services: TaskServices): Promise<string> {
  try {
    const { proceed } = parse(TASKS['load-image'].output, await loadImage(input, services), 'output');
    return proceed ? 'PROCESSING' : 'done before';
  } catch (error) {
    // The rule matches only events of our own bucket. RecordFailure would record another bucket's as FAILED.
    if (nameOf(error) === 'NoSuchBucket') return 'FAILED NoSuchBucket';
    const name = declared(error, IMAGE_FAULTS);
    const { status } = await rejectImage({ ...input, error: { Error: name, Cause: '' } }, services);
    if (status !== 'REJECTED' && status !== 'SUPERSEDED')
      throw new Error(`${name} ended as ${status}.`, { cause: error });
    return `${status} ${name}`;
  }
}

async function enrolled(input: Input<'load-image'>, services: TaskServices): Promise<string> {
  try {
    const { proceed } = parse(TASKS['load-enrolment'].output, await loadEnrolment(input, services), 'output');
    return proceed ? 'PROCESSING' : 'done before';
  } catch (error) {
    const name = declared(error, [...IMAGE_FAULTS, ...ENROLMENT_FAULTS]);
    const { status } = await refuseEnrolment({ ...input, error: { Error: name, Cause: '' } }, services);
    return `${status} ${name}`;
  }
}

function declared(error: unknown, names: readonly string[]): string {
  const name = nameOf(error) ?? '';
  if (names.includes(name)) return name;
  throw error;
}
