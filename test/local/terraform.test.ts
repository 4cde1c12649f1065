import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { synthesize } from '../../local/synthesis.ts';
import { readStack } from '../../local/terraform.ts';
import { TASK_NAMES } from '../../schemas/tasks.ts';
import { MACHINE_NAMES, machineEntry } from '../../statemachines/registry.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-terraform-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(resource: object, more: object = {}, options = {}) {
  const json = { provider: { aws: [{ region: 'eu-west-1' }] }, resource, ...more };
  await writeFile(join(folder, 'cdk.tf.json'), JSON.stringify(json));
  return readStack(folder, options);
}

const NOTHING = {
  region: 'eu-west-1',
  buckets: [],
  tables: [],
  collections: [],
  functions: [],
  stateMachines: [],
  rules: [],
  queues: [],
  outputs: {},
};

test('a bucket has the versioning, notification and lifecycle of its other resources', async () => {
  const bucket = '${aws_s3_bucket.photos.id}';
  const stack = await read(
    {
      aws_s3_bucket: {
        photos: { bucket: 'rollcall-${data.aws_caller_identity.account.account_id}', force_destroy: true },
        bare: { bucket: 'bare' },
      },
      aws_s3_bucket_versioning: { one: { bucket, versioning_configuration: { status: 'Enabled' } } },
      aws_s3_bucket_notification: { one: { bucket, eventbridge: true } },
      aws_s3_bucket_lifecycle_configuration: {
        one: {
          bucket,
          rule: [
            { id: 'a', status: 'Enabled', filter: [{ prefix: 'work/' }], expiration: [{ days: 7 }] },
            {
              id: 'b',
              status: 'Enabled',
              filter: [{ prefix: '' }],
              expiration: [{ expired_object_delete_marker: true }],
              abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
              noncurrent_version_expiration: [{ noncurrent_days: 30 }],
            },
          ],
        },
      },
    },
    { data: { aws_caller_identity: { account: {} } } },
    { accountId: '123456789012' },
  );
  expect(stack).toStrictEqual({
    ...NOTHING,
    buckets: [
      {
        name: 'rollcall-123456789012',
        versioning: true,
        eventBridge: true,
        expirations: [{ prefix: 'work/', days: 7 }],
        noncurrentDays: 30,
        expiresDeleteMarkers: true,
      },
      { name: 'bare', versioning: false, eventBridge: false, expirations: [] },
    ],
  });
});

test('a table becomes the input of CreateTable', async () => {
  const stack = await read({
    aws_dynamodb_table: {
      one: {
        name: 'Things',
        billing_mode: 'PAY_PER_REQUEST',
        hash_key: 'id',
        attribute: [
          { name: 'id', type: 'S' },
          { name: 'size', type: 'N' },
        ],
        global_secondary_index: [{ name: 'by-size', hash_key: 'size', range_key: 'id', projection_type: 'ALL' }],
        deletion_protection_enabled: true,
      },
    },
  });
  expect(stack).toStrictEqual({
    ...NOTHING,
    tables: [
      {
        TableName: 'Things',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'size', AttributeType: 'N' },
        ],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-size',
            KeySchema: [
              { AttributeName: 'size', KeyType: 'HASH' },
              { AttributeName: 'id', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      },
    ],
  });
});

test('references between functions, state machines, rules and queues are resolved to ARNs, also inside JSON', async () => {
  const stack = await read(
    {
      aws_iam_role: { role: { name: 'machine-role' } },
      aws_rekognition_collection: { faces: { collection_id: 'faces' } },
      aws_lambda_function: {
        greet: {
          function_name: 'greet',
          filename: 'functions/greet-0123.zip',
          source_code_hash: '${filebase64sha256("functions/greet-0123.zip")}',
          handler: 'index.handler',
          timeout: 5,
          memory_size: 256,
          environment: { variables: { COLLECTION_ID: '${aws_rekognition_collection.faces.collection_id}' } },
        },
      },
      aws_sfn_state_machine: {
        machine: {
          name: 'greetings',
          type: 'STANDARD',
          role_arn: '${aws_iam_role.role.arn}',
          definition: '{"Resource":"${aws_lambda_function.greet.arn}","x.$":"$$.Execution.Id"}',
        },
      },
      aws_sqs_queue: { dead: { name: 'dead-letters' } },
      aws_cloudwatch_event_rule: {
        rule: { name: 'failures', event_pattern: '{"detail":{"arn":["${aws_sfn_state_machine.machine.arn}"]}}' },
        off: { name: 'off', event_pattern: '{"source":["x"]}', state: 'DISABLED' },
      },
      aws_cloudwatch_event_target: {
        target: {
          rule: '${aws_cloudwatch_event_rule.rule.name}',
          target_id: 'greet',
          arn: '${aws_lambda_function.greet.arn}',
          input_path: '$.detail',
          role_arn: '${aws_iam_role.role.arn}',
          depends_on: ['aws_iam_role_policy.policy'],
          '//': { metadata: { path: 'rollcall/target' } },
          retry_policy: { maximum_event_age_in_seconds: 60, maximum_retry_attempts: 2 },
          dead_letter_config: { arn: '${aws_sqs_queue.dead.arn}' },
        },
        transformed: {
          rule: '${aws_cloudwatch_event_rule.off.name}',
          target_id: 'machine',
          arn: '${aws_sfn_state_machine.machine.arn}',
          input_transformer: { input_paths: { key: '$.detail.object.key' }, input_template: '{"key":<key>}' },
        },
      },
    },
    {
      output: {
        queue: { value: '${aws_sqs_queue.dead.url}' },
        both: { value: '${aws_iam_role.role.id}/${aws_sqs_queue.dead.name}' },
      },
    },
    { queueBaseUrl: 'http://127.0.0.1:1/000000000000' },
  );
  const lambda = 'arn:aws:lambda:eu-west-1:000000000000:function:greet';
  const machine = 'arn:aws:states:eu-west-1:000000000000:stateMachine:greetings';
  const queue = 'arn:aws:sqs:eu-west-1:000000000000:dead-letters';
  expect(stack).toStrictEqual({
    ...NOTHING,
    collections: [{ id: 'faces' }],
    functions: [
      {
        name: 'greet',
        arn: lambda,
        folder: join(folder, 'functions/greet-0123'),
        handler: 'index.handler',
        env: { COLLECTION_ID: 'faces' },
        timeoutSeconds: 5,
        memoryMb: 256,
      },
    ],
    stateMachines: [
      {
        name: 'greetings',
        arn: machine,
        type: 'STANDARD',
        roleArn: 'arn:aws:iam::000000000000:role/machine-role',
        definition: `{"Resource":"${lambda}","x.$":"$$.Execution.Id"}`,
      },
    ],
    rules: [
      {
        name: 'failures',
        state: 'ENABLED',
        pattern: { detail: { arn: [machine] } },
        targets: [
          {
            id: 'greet',
            arn: lambda,
            inputPath: '$.detail',
            maximumRetryAttempts: 2,
            maximumEventAgeSeconds: 60,
            deadLetterArn: queue,
          },
        ],
      },
      {
        name: 'off',
        state: 'DISABLED',
        pattern: { source: ['x'] },
        targets: [
          {
            id: 'machine',
            arn: machine,
            inputTransformer: { inputPaths: { key: '$.detail.object.key' }, inputTemplate: '{"key":<key>}' },
          },
        ],
      },
    ],
    queues: [{ name: 'dead-letters', arn: queue }],
    outputs: { queue: 'http://127.0.0.1:1/000000000000/dead-letters', both: 'machine-role/dead-letters' },
  });
});

test('a resource without meaning on a laptop is ignored, even if its references cannot be resolved', async () => {
  const stack = await read({
    aws_iam_role_policy: { one: { policy: '${data.aws_iam_policy_document.one.json}' } },
    aws_cloudwatch_metric_alarm: { one: { alarm_name: 'one' } },
    aws_cloudwatch_event_rule: { hourly: { name: 'hourly', schedule_expression: 'rate(1 hour)' } },
  });
  expect(stack).toStrictEqual(NOTHING);
});

test('an unknown resource type is an error that names it', async () => {
  await expect(read({ aws_kinesis_stream: { one: { name: 'one' } } })).rejects.toThrow(
    'The embedded account does not know aws_kinesis_stream. Serve it in local/terraform-resources.ts, or list it there as ignored.',
  );
});

test.each([
  '${aws_sqs_queue.gone.arn}',
  '${aws_sqs_queue.dead.fifo_throughput_limit}',
  '${aws_unheard_of.dead.arn}',
  '${data.aws_region.here.name}',
  '${upper("x")}',
  '${aws_sqs_queue.dead.arn.more}',
])('the reference %s is an error that names it', async (reference) => {
  const output = { output: { one: { value: reference } } };
  await expect(read({ aws_sqs_queue: { dead: { name: 'dead' } } }, output)).rejects.toThrow(
    `The reference ${reference} cannot be resolved locally.`,
  );
});

test('an unknown attribute is an error that names the resource, the attribute and the remedy', async () => {
  const target = { rule: 'r', target_id: 't', arn: 'a', sqs_target: {}, input_transformer: { paths: {} } };
  const rule = {
    id: 'a',
    status: 'Enabled',
    filter: [{ prefix: '' }],
    transition: [{ days: 30, storage_class: 'GLACIER' }],
  };
  const remedy = 'Serve it in local/terraform-resources.ts, or list it there as ignored.';
  await expect(read({ aws_sqs_queue: { dead: { name: 'dead', fifo_queue: true } } })).rejects.toThrow(
    `aws_sqs_queue.dead: the embedded account does not know "fifo_queue". ${remedy}`,
  );
  await expect(
    read({ aws_s3_bucket_lifecycle_configuration: { cold: { bucket: 'b', rule: [rule] } } }),
  ).rejects.toThrow(
    `aws_s3_bucket_lifecycle_configuration.cold: the embedded account does not know "rule.0.transition". ${remedy}`,
  );
  await expect(read({ aws_cloudwatch_event_target: { one: target } })).rejects.toThrow(
    [
      'aws_cloudwatch_event_target.one: "input_transformer.input_template" is not as expected: ' +
        'Invalid input: expected string, received undefined.',
      `aws_cloudwatch_event_target.one: the embedded account does not know "input_transformer.paths". ${remedy}`,
      `aws_cloudwatch_event_target.one: the embedded account does not know "sqs_target". ${remedy}`,
    ].join('\n'),
  );
});

test('an attribute that would have another meaning locally is an error that names it', async () => {
  const rule = {
    id: 'a',
    status: 'Enabled',
    filter: [{ prefix: 'work/' }],
    noncurrent_version_expiration: [{ noncurrent_days: 3 }],
  };
  await expect(read({ aws_s3_bucket_lifecycle_configuration: { one: { bucket: 'b', rule: [rule] } } })).rejects.toThrow(
    'aws_s3_bucket_lifecycle_configuration.one: "rule.0.filter" is not as expected: ' +
      'noncurrent versions and delete markers expire in the whole bucket only.',
  );
});

test.each<[string, Record<string, string>]>([
  ['with its defaults', {}],
  ['disposable, with an e-mail address', { ROLLCALL_DISPOSABLE: 'true', ROLLCALL_ALARM_EMAIL: 'ann@example.com' }],
  [
    'with a KMS key, another endpoint and remote state',
    {
      ROLLCALL_ENVIRONMENT: 'prod',
      ROLLCALL_NAME_PREFIX: 'acme',
      ROLLCALL_ARCHITECTURE: 'x86_64',
      ROLLCALL_KMS_KEY_ARN: 'arn:aws:kms:us-east-1:000000000000:key/one',
      ROLLCALL_ENDPOINT_URL: 'http://127.0.0.1:1',
      ROLLCALL_S3_USE_PATH_STYLE: 'true',
      ROLLCALL_STATE_BUCKET: 'states',
    },
  ],
])("the project's own stack can be read, %s", async (_, settings) => {
  const stack = await readStack(await synthesize(folder, settings));
  const counts = Object.entries(stack).flatMap(([name, all]) => (Array.isArray(all) ? [[name, all.length]] : []));
  const triggers = MACHINE_NAMES.filter((name) => machineEntry(name).objectPrefix !== undefined).length;
  expect(Object.fromEntries(counts)).toStrictEqual({
    buckets: 1,
    tables: 3,
    collections: 2,
    functions: TASK_NAMES.length,
    stateMachines: MACHINE_NAMES.length,
    rules: triggers + 1,
    queues: triggers + 1,
  });
});
