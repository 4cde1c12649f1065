import aslValidator from 'asl-validator';
import { expect, test } from 'vitest';
import { targetInput } from '../../local/events/input.ts';
import { compilePattern } from '../../local/events/pattern.ts';
import { ObjectCreatedEvent } from '../../schemas/events.ts';
import { cropKeyOf, processedKeyOf, workPrefixOf } from '../../schemas/keys.ts';
import { parsed, synthesized } from './synthesized.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly ItemProcessor?: Definition;
}
interface Definition {
  readonly States: Readonly<Record<string, State>>;
}

const stack = synthesized();
const definitions = Object.values(stack.all('aws_sfn_state_machine')).map(
  ({ name, definition }) => [String(name), parsed(definition) as Definition] as const,
);

function tasksOf({ States }: Definition): [string, State][] {
  return Object.entries(States).flatMap(([name, state]): [string, State][] => {
    if (state.ItemProcessor) return tasksOf(state.ItemProcessor);
    return state.Type === 'Task' ? [[name, state]] : [];
  });
}

test.each(definitions)('%s is valid Amazon States Language', (_, definition) => {
  // The validator changes what it is given.
  const { isValid, errorsText } = aslValidator(structuredClone(definition), { checkArn: false });
  expect(errorsText('\n')).toBe('');
  expect(isValid).toBe(true);
});

test.each(definitions)('%s waits a little longer for each function than the function may take', (_, definition) => {
  const timeouts = new Map(
    Object.values(stack.all('aws_lambda_function')).map((one) => [
      `arn:aws:lambda:us-east-1:111122223333:function:${String(one['function_name'])}`,
      Number(one['timeout']),
    ]),
  );
  const margins = tasksOf(definition)
    .filter(([, { Resource = '' }]) => !Resource.startsWith('arn:aws:states:'))
    .map(([name, { Resource = '', TimeoutSeconds = 0 }]) => [name, TimeoutSeconds - (timeouts.get(Resource) ?? NaN)]);
  expect(margins).toStrictEqual(margins.map(([name]) => [name, 5]));
  expect(margins.length).toBeGreaterThan(0);
});

test('each prefix starts its own machine', () => {
  expect(startedBy('input/a photo.jpg')).toStrictEqual(['rollcall-recognition']);
  expect(startedBy('enroll/John Doe/1.jpg')).toStrictEqual(['rollcall-enroll-face']);
  expect(startedBy('input.jpg')).toStrictEqual([]);
  expect(startedBy('other/input/a.jpg')).toStrictEqual([]);
});

test('an execution is told when and which object was uploaded, but not by whom', () => {
  const detail = {
    bucket: { name: BUCKET },
    object: { key: 'input/a "b"\\n<time>.jpg', size: 1, etag: 'e', 'version-id': 'v', sequencer: '0A' },
  };
  const event = {
    version: '0' as const,
    id: 'id',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: '2026-11-24T00:00:00Z',
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${BUCKET}`],
    detail: {
      version: '0',
      ...detail,
      requester: '444455556666',
      'source-ip-address': '192.0.2.1',
      reason: 'PutObject',
    },
  };
  const inputs = Object.values(stack.all('aws_cloudwatch_event_target'))
    .filter(({ arn }) => String(arn).includes(':stateMachine:'))
    .map(({ target_id, arn, input_transformer }) => {
      const { input_paths: inputPaths, input_template: inputTemplate } = input_transformer as {
        input_paths: Record<string, string>;
        input_template: string;
      };
      const target = { id: String(target_id), arn: String(arn), inputTransformer: { inputPaths, inputTemplate } };
      return JSON.parse(targetInput(target, event, { name: 'rule', arn: 'arn' }, new Date(0))) as unknown;
    });
  const told = { time: '2026-11-24T00:00:00Z', detail };
  expect(inputs).toStrictEqual([told, told]);
  expect(ObjectCreatedEvent.parse(told)).toStrictEqual(told);
});

test('nothing that the pipeline writes starts anything', () => {
  for (const key of [
    'input/a.jpg',
    'input/input/a.jpg',
    'enroll/John Doe/1.jpg',
    'input/../input/x',
    'input/enroll/y',
  ]) {
    const work = workPrefixOf(key, '"etag"', 'version');
    const written = [`${work}picture.jpg`, `${work}detected.json`, cropKeyOf(work, 0), processedKeyOf(key.slice(6))];
    expect(written.flatMap(startedBy)).toStrictEqual([]);
  }
  const announced = {
    source: 'rollcall',
    'detail-type': 'Photo Processed',
    detail: { bucket: BUCKET, status: 'COMPLETED' },
  };
  expect(matching(announced)).toStrictEqual([]);
});

test('the end of an execution is recorded when it is a bad one, of either machine', () => {
  const ended = (machine: string, status: string) =>
    matching({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      detail: { stateMachineArn: `arn:aws:states:us-east-1:111122223333:stateMachine:${machine}`, status },
    });
  for (const machine of ['rollcall-recognition', 'rollcall-enroll-face']) {
    for (const status of ['FAILED', 'TIMED_OUT', 'ABORTED']) {
      expect(ended(machine, status)).toStrictEqual(['rollcall-failures']);
    }
    for (const status of ['RUNNING', 'SUCCEEDED']) expect(ended(machine, status)).toStrictEqual([]);
  }
  expect(ended('another', 'FAILED')).toStrictEqual([]);
});

const BUCKET = 'rollcall-111122223333';

function startedBy(key: string): string[] {
  return matching({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: BUCKET }, object: { key, size: 1 } },
  });
}

function matching(event: object): string[] {
  return Object.values(stack.all('aws_cloudwatch_event_rule'))
    .filter(
      ({ event_pattern }) => event_pattern !== undefined && compilePattern(parsed(event_pattern) as object)(event),
    )
    .map(({ name }) => String(name));
}
