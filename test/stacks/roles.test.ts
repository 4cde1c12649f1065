import { expect, test } from 'vitest';
import type { TaskName } from '../../schemas/tasks.ts';
import { parsed, synthesized, type Synthesized } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Principal?: { readonly Service: string };
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: { readonly StringLike?: { readonly 's3:prefix'?: readonly string[] } };
}

const statementsOf = (policy: unknown) => (parsed(policy) as { Statement: readonly Statement[] }).Statement;

/** Each role whole: who takes it, and a line for each action on each resource. */
function rolesOf(stack: Synthesized): Record<string, { takenBy: string; may: string[] }> {
  const policies = Object.values(stack.all('aws_iam_role_policy'));
  return Object.fromEntries(
    Object.values(stack.all('aws_iam_role')).map(({ name, assume_role_policy: trust }) => [
      String(name),
      {
        takenBy: statementsOf(trust).map(line).join(' and '),
        may: policies.filter(({ role }) => role === name).flatMap(({ policy }) => statementsOf(policy).flatMap(lines)),
      },
    ]),
  );
}

function lines({ Effect, Action, Resource = [], Condition }: Statement): string[] {
  const prefixes = Condition?.StringLike?.['s3:prefix'];
  const suffix = prefixes ? ` looking for ${prefixes.join(' ')}` : condition(Condition);
  return Action.flatMap((action) =>
    Resource.map((resource) => `${Effect === 'Allow' ? '' : `${Effect} `}${action} on ${resource}${suffix}`),
  );
}

const line = ({ Principal, Action, Condition }: Statement) =>
  `${Principal?.Service} by ${Action.join()}${condition(Condition)}`;

const condition = (value: object | undefined) => (value === undefined ? '' : ` if ${JSON.stringify(value)}`);

const at = (service: string) => `arn:aws:${service}:us-east-1:111122223333:`;
const BUCKET = 'arn:aws:s3:::rollcall-111122223333';
const RESULTS = `${at('dynamodb')}table/FaceRecognitionResults`;
const PEOPLE = `${at('dynamodb')}table/FaceRecognitionPeople`;
const COLLECTION = `${at('rekognition')}collection/my-face-collection`;

/** What each task may do, beyond writing its own log and its traces. */
const TASK_GRANTS: Record<TaskName, string[]> = {
  'check-enrolment': [
    'rekognition:DetectFaces on *',
    `s3:GetObject on ${BUCKET}/enroll/*`,
    `s3:GetObjectVersion on ${BUCKET}/enroll/*`,
    `s3:GetObject on ${BUCKET}/work/*`,
    `s3:ListBucket on ${BUCKET} looking for work/*`,
    `s3:PutObject on ${BUCKET}/work/*`,
  ],
  'crop-faces': [
    `s3:GetObject on ${BUCKET}/input/*`,
    `s3:GetObjectVersion on ${BUCKET}/input/*`,
    `s3:GetObject on ${BUCKET}/work/*`,
    `s3:PutObject on ${BUCKET}/faces/*`,
  ],
  'detect-faces': [
    'rekognition:DetectFaces on *',
    `s3:GetObject on ${BUCKET}/input/*`,
    `s3:GetObjectVersion on ${BUCKET}/input/*`,
    `s3:GetObject on ${BUCKET}/work/*`,
    `s3:ListBucket on ${BUCKET} looking for work/*`,
    `s3:PutObject on ${BUCKET}/work/*`,
  ],
  'index-face': [
    `rekognition:IndexFaces on ${COLLECTION}`,
    `s3:GetObject on ${BUCKET}/enroll/*`,
    `s3:GetObjectVersion on ${BUCKET}/enroll/*`,
    `s3:GetObject on ${BUCKET}/work/*`,
    `s3:ListBucket on ${BUCKET} looking for work/*`,
    `s3:PutObject on ${BUCKET}/work/*`,
  ],
  'load-enrolment': [
    `dynamodb:GetItem on ${PEOPLE}`,
    `dynamodb:UpdateItem on ${PEOPLE}`,
    `s3:GetObject on ${BUCKET}/enroll/*`,
    `s3:GetObjectVersion on ${BUCKET}/enroll/*`,
    `s3:ListBucket on ${BUCKET} looking for enroll/*`,
    `s3:PutObject on ${BUCKET}/work/*`,
  ],
  'load-image': [
    `dynamodb:GetItem on ${RESULTS}`,
    `dynamodb:UpdateItem on ${RESULTS}`,
    `s3:GetObject on ${BUCKET}/input/*`,
    `s3:GetObjectVersion on ${BUCKET}/input/*`,
    `s3:ListBucket on ${BUCKET} looking for input/*`,
    `s3:PutObject on ${BUCKET}/work/*`,
  ],
  'persist-face': [
    `dynamodb:GetItem on ${RESULTS}`,
    `dynamodb:PutItem on ${RESULTS}`,
    `dynamodb:GetItem on ${PEOPLE}`,
    `s3:DeleteObject on ${BUCKET}/faces/*`,
  ],
  'persist-person': [`dynamodb:PutItem on ${PEOPLE}`, `dynamodb:UpdateItem on ${PEOPLE}`],
  'measure-backlog': [`dynamodb:Query on ${RESULTS}/index/by-status`],
  'record-failure': [
    `dynamodb:UpdateItem on ${RESULTS}`,
    `dynamodb:UpdateItem on ${PEOPLE}`,
    `states:GetExecutionHistory on ${at('states')}execution:rollcall-recognition:*`,
    `states:GetExecutionHistory on ${at('states')}execution:rollcall-enroll-face:*`,
    `sqs:SendMessage on ${at('sqs')}rollcall-failures-dead-letters`,
  ],
  'refuse-enrolment': [`dynamodb:UpdateItem on ${PEOPLE}`],
  'reject-image': [
    `dynamodb:GetItem on ${RESULTS}`,
    `dynamodb:Query on ${RESULTS}`,
    `dynamodb:UpdateItem on ${RESULTS}`,
    `dynamodb:DeleteItem on ${RESULTS}`,
    `s3:GetObject on ${BUCKET}/processed/*`,
    `s3:ListBucket on ${BUCKET} looking for processed/*`,
    `s3:PutObject on ${BUCKET}/processed/*`,
    `s3:DeleteObject on ${BUCKET}/faces/*`,
  ],
  'search-face': [
    `rekognition:DescribeCollection on ${COLLECTION}`,
    `rekognition:SearchFacesByImage on ${COLLECTION}`,
    `s3:GetObject on ${BUCKET}/faces/*`,
    `s3:GetObject on ${BUCKET}/work/*`,
    `s3:ListBucket on ${BUCKET} looking for work/*`,
    `s3:PutObject on ${BUCKET}/work/*`,
  ],
  'write-processed': [
    `dynamodb:GetItem on ${RESULTS}`,
    `dynamodb:Query on ${RESULTS}`,
    `dynamodb:UpdateItem on ${RESULTS}`,
    `dynamodb:DeleteItem on ${RESULTS}`,
    `s3:GetObject on ${BUCKET}/work/*`,
    `s3:GetObject on ${BUCKET}/processed/*`,
    `s3:ListBucket on ${BUCKET} looking for work/* processed/*`,
    `s3:PutObject on ${BUCKET}/processed/*`,
    `s3:DeleteObject on ${BUCKET}/faces/*`,
  ],
};

/** What each machine calls. Both also deliver logs and traces. */
const MACHINE_CALLS = {
  recognition: [
    'load-image',
    'detect-faces',
    'crop-faces',
    'search-face',
    'persist-face',
    'write-processed',
    'reject-image',
  ],
  'enroll-face': ['load-enrolment', 'check-enrolment', 'index-face', 'persist-person', 'refuse-enrolment'],
} as const satisfies Record<string, readonly TaskName[]>;

const TRACES = ['xray:PutTraceSegments on *', 'xray:PutTelemetryRecords on *'];
const inThisAccount = 'if {"StringEquals":{"aws:SourceAccount":"111122223333"}}';

function taskRole(name: string, grants: readonly string[]) {
  const logs = `${at('logs')}log-group:/aws/lambda/${name}:*`;
  return {
    takenBy: 'lambda.amazonaws.com by sts:AssumeRole',
    may: [...grants, `logs:CreateLogStream on ${logs}`, `logs:PutLogEvents on ${logs}`, ...TRACES],
  };
}

const machineRole = (calls: readonly TaskName[], further: readonly string[]) => ({
  takenBy: `states.amazonaws.com by sts:AssumeRole ${inThisAccount}`,
  may: [
    ...calls.map((task) => `lambda:InvokeFunction on ${at('lambda')}function:rollcall-${task}`),
    ...further,
    'logs:CreateLogDelivery on *',
    'logs:GetLogDelivery on *',
    'logs:UpdateLogDelivery on *',
    'logs:DeleteLogDelivery on *',
    'logs:ListLogDeliveries on *',
    'logs:PutResourcePolicy on *',
    'logs:DescribeResourcePolicies on *',
    'logs:DescribeLogGroups on *',
    ...TRACES,
    'xray:GetSamplingRules on *',
    'xray:GetSamplingTargets on *',
  ],
});

const ruleRole = (machine: string) => ({
  takenBy: `events.amazonaws.com by sts:AssumeRole ${inThisAccount}`,
  may: [`states:StartExecution on ${at('states')}stateMachine:rollcall-${machine}`],
});

test('each role may do just this', () => {
  expect(rolesOf(synthesized())).toStrictEqual({
    ...Object.fromEntries(
      Object.entries(TASK_GRANTS).map(([task, grants]) => [`rollcall-${task}`, taskRole(`rollcall-${task}`, grants)]),
    ),
    'rollcall-recognition': machineRole(MACHINE_CALLS.recognition, [
      `events:PutEvents on ${at('events')}event-bus/default`,
    ]),
    'rollcall-enroll-face': machineRole(MACHINE_CALLS['enroll-face'], []),
    'rollcall-recognition-rule': ruleRole('recognition'),
    'rollcall-enroll-face-rule': ruleRole('enroll-face'),
  });
});

test('docs/roles.txt lists them for whoever reviews the deployment', async () => {
  const roles = Object.entries(rolesOf(synthesized())).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const list = roles.map(([name, { takenBy, may }]) => [
    name,
    `  taken by ${takenBy}`,
    ...may.map((one) => `  ${one}`),
  ]);
  await expect(`${list.map((role) => role.join('\n')).join('\n\n')}\n`).toMatchFileSnapshot('../../docs/roles.txt');
});

test('a key of their own is all that a KMS key adds to the roles of tasks', () => {
  const key = `${at('kms')}key/11112222-3333-4444-5555-666677778888`;
  const roles = rolesOf(synthesized({ kmsKeyArn: key }));
  for (const [task, grants] of Object.entries(TASK_GRANTS)) {
    const { takenBy, may } = taskRole(`rollcall-${task}`, grants);
    expect(roles[`rollcall-${task}`]).toStrictEqual({
      takenBy,
      may: [...may, `kms:Decrypt on ${key}`, `kms:GenerateDataKey on ${key}`],
    });
  }
});
