import { describe, expect, test } from 'vitest';
import { parsed, synthesized, without, type Body } from './synthesized.ts';

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888';
const plain = synthesized();
const withKey = synthesized({ kmsKeyArn: KEY });

/** One part of each resource of a type: a resource that forgets it shows up by its name. */
const each = (stack: typeof plain, type: string, part: (body: Body) => unknown) =>
  Object.fromEntries(Object.entries(stack.all(type)).map(([name, body]) => [name, part(body)]));

const all = (stack: typeof plain, type: string, value: unknown) =>
  Object.fromEntries(Object.keys(stack.all(type)).map((name) => [name, value]));

/** The other bucket holds the page, see dashboard.test.ts. */
const ofPhotos = (stack: typeof plain) =>
  Object.values(stack.all('aws_s3_bucket')).filter(({ bucket }) => bucket === 'rollcall-111122223333');

/** The one resource of a type that belongs to each bucket with photos. */
const besideBuckets = (type: string, part: (body: Body) => unknown) =>
  ofPhotos(plain).map(({ bucket }) => {
    const its = Object.values(plain.all(type)).filter((one) => one['bucket'] === bucket);
    return its.map(part);
  });

const oneBucket = (value: unknown) => ofPhotos(plain).map(() => [value]);

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: string[];
  readonly Resource: string[];
  readonly Condition?: object;
}
const statements = (policy: unknown) => (parsed(policy) as { Statement: Statement[] }).Statement;
const INSECURE = { Bool: { 'aws:SecureTransport': 'false' } };

describe('each bucket with photos', () => {
  test('is closed to the public', () => {
    expect(besideBuckets('aws_s3_bucket_public_access_block', (one) => without(one, 'bucket'))).toStrictEqual(
      oneBucket({
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      }),
    );
  });
  test('refuses everything that does not come over TLS, and allows nobody anything', () => {
    expect(besideBuckets('aws_s3_bucket_policy', ({ policy }) => statements(policy))).toStrictEqual(
      oneBucket([
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: ['s3:*'],
          Resource: ['arn:aws:s3:::rollcall-111122223333', 'arn:aws:s3:::rollcall-111122223333/*'],
          Condition: INSECURE,
        },
      ]),
    );
  });
  test('owns what is in it', () => {
    expect(besideBuckets('aws_s3_bucket_ownership_controls', ({ rule }) => rule)).toStrictEqual(
      oneBucket({ object_ownership: 'BucketOwnerEnforced' }),
    );
  });
  test('keeps versions, and lets the old ones, the unfinished and the intermediate go', () => {
    expect(besideBuckets('aws_s3_bucket_versioning', (one) => one['versioning_configuration'])).toStrictEqual(
      oneBucket({ status: 'Enabled' }),
    );
    expect(besideBuckets('aws_s3_bucket_lifecycle_configuration', ({ rule }) => rule)).toStrictEqual(
      oneBucket([
        { id: 'work-expires', status: 'Enabled', filter: [{ prefix: 'work/' }], expiration: [{ days: 7 }] },
        {
          id: 'leftovers-expire',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          expiration: [{ expired_object_delete_marker: true }],
          abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
          noncurrent_version_expiration: [{ noncurrent_days: 30 }],
        },
      ]),
    );
  });
  test('is encrypted, with the key that is given', () => {
    const type = 'aws_s3_bucket_server_side_encryption_configuration';
    expect(besideBuckets(type, ({ rule }) => rule)).toStrictEqual(
      oneBucket([{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }]),
    );
    const [encryption] = Object.values(withKey.all(type)).filter(({ bucket }) => bucket === 'rollcall-111122223333');
    expect(encryption?.['rule']).toStrictEqual([
      {
        apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: KEY },
        bucket_key_enabled: true,
      },
    ]);
  });
});

describe('each table', () => {
  const type = 'aws_dynamodb_table';
  test('can be restored to any second', () => {
    expect(each(plain, type, (one) => one['point_in_time_recovery'])).toStrictEqual(
      all(plain, type, { enabled: true }),
    );
  });
  test('is encrypted with the key that is given, else with one of DynamoDB’s own', () => {
    expect(each(plain, type, (one) => one['server_side_encryption'])).toStrictEqual(all(plain, type, undefined));
    expect(each(withKey, type, (one) => one['server_side_encryption'])).toStrictEqual(
      all(withKey, type, { enabled: true, kms_key_arn: KEY }),
    );
  });
});

describe('what holds data', () => {
  const HOLDS_DATA = ['aws_dynamodb_table', 'aws_rekognition_collection', 'aws_cognito_user_pool'];
  const disposable = synthesized({ disposable: true });
  test.each(HOLDS_DATA)('is not destroyed by mistake: %s', (type) => {
    expect(each(plain, type, (one) => one['lifecycle'])).toStrictEqual(all(plain, type, { prevent_destroy: true }));
    expect(each(disposable, type, (one) => one['lifecycle'])).toStrictEqual(
      all(disposable, type, { prevent_destroy: false }),
    );
  });
  test('is not destroyed by mistake: the bucket with photos', () => {
    const lifecycles = [plain, disposable].map((stack) => ofPhotos(stack).map((one) => one['lifecycle']));
    expect(lifecycles).toStrictEqual([[{ prevent_destroy: true }], [{ prevent_destroy: false }]]);
  });
  test('goes without a trace where the environment is disposable', () => {
    const bucketAndTable = (stack: typeof plain) => [
      ...ofPhotos(stack).map((one) => one['force_destroy']),
      ...Object.values(each(stack, 'aws_dynamodb_table', (one) => one['deletion_protection_enabled'])),
    ];
    expect(bucketAndTable(plain)).toStrictEqual([false, true, true, true]);
    expect(bucketAndTable(disposable)).toStrictEqual([true, false, false, false]);
  });
});

describe('each queue', () => {
  test('is encrypted and keeps what it has for 14 days', () => {
    const type = 'aws_sqs_queue';
    expect(each(plain, type, (one) => without(one, 'name'))).toStrictEqual(
      all(plain, type, { message_retention_seconds: 1_209_600, sqs_managed_sse_enabled: true }),
    );
    expect(each(withKey, type, (one) => without(one, 'name'))).toStrictEqual(
      all(withKey, type, { message_retention_seconds: 1_209_600, kms_master_key_id: KEY }),
    );
  });
  test('takes messages from its own rule alone, over TLS', () => {
    const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:111122223333:${name}`;
    const policies = Object.values(plain.all('aws_sqs_queue_policy')).map(({ queue_url, policy }) => [
      String(queue_url),
      statements(policy),
    ]);
    const expected = Object.values(plain.all('aws_sqs_queue')).map(({ name }) => {
      const queue = arn('sqs', String(name));
      const rule = arn('events', `rule/${String(name).replace(/-dead-letters$/, '')}`);
      return [
        `https://sqs.test/111122223333/${String(name)}`,
        [
          {
            Sid: 'FromItsRule',
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: ['sqs:SendMessage'],
            Resource: [queue],
            Condition: { ArnEquals: { 'aws:SourceArn': rule } },
          },
          { Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: ['sqs:*'], Resource: [queue], Condition: INSECURE },
        ],
      ];
    });
    expect(Object.fromEntries(policies)).toStrictEqual(Object.fromEntries(expected));
  });
});

describe('the alarm topic', () => {
  test('is encrypted with a key that alarms may use', () => {
    const [topic] = Object.values(plain.json.resource['aws_sns_topic'] ?? {});
    const [[keyName, key] = ['', {}]] = Object.entries(plain.all('aws_kms_key'));
    expect(topic?.['kms_master_key_id']).toBe(`\${aws_kms_key.${keyName}.arn}`);
    expect(statements(key['policy'])).toStrictEqual([
      {
        Sid: 'Account',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: ['kms:*'],
        Resource: ['*'],
      },
      {
        Sid: 'Alarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: ['*'],
      },
    ]);
    expect(each(withKey, 'aws_sns_topic', (one) => one['kms_master_key_id'])).toStrictEqual(
      all(withKey, 'aws_sns_topic', KEY),
    );
    expect(withKey.all('aws_kms_key')).toStrictEqual({});
  });
});

describe('each log group', () => {
  test('forgets after the configured days, and is encrypted where a key is given', () => {
    const type = 'aws_cloudwatch_log_group';
    expect(each(plain, type, (one) => without(one, 'name'))).toStrictEqual(all(plain, type, { retention_in_days: 30 }));
    expect(each(withKey, type, (one) => without(one, 'name'))).toStrictEqual(
      all(withKey, type, { retention_in_days: 30, kms_key_id: KEY }),
    );
  });
});

describe('each function', () => {
  const type = 'aws_lambda_function';
  test('runs on the runtime and architecture of its choice, and is traced', () => {
    const shape = (body: Body) => [body['runtime'], body['architectures'], body['tracing_config']];
    expect(each(plain, type, shape)).toStrictEqual(all(plain, type, ['nodejs22.x', ['arm64'], { mode: 'Active' }]));
  });
  test('finds the log group that it writes to already made, so that its log does not stay for ever', () => {
    const groups = new Map(
      Object.entries(plain.all('aws_cloudwatch_log_group')).map(([id, { name }]) => [
        name,
        `aws_cloudwatch_log_group.${id}`,
      ]),
    );
    const waitsForLog = ({ function_name, depends_on }: Body) =>
      (depends_on as string[]).includes(groups.get(`/aws/lambda/${String(function_name)}`) ?? 'none');
    expect(each(plain, type, waitsForLog)).toStrictEqual(all(plain, type, true));
  });
  test('has a role of its own', () => {
    const roles = Object.values(plain.all(type)).map(({ role }) => role);
    expect(new Set(roles).size).toBe(roles.length);
  });
  test('keeps its variables under the key that is given', () => {
    expect(each(withKey, type, (one) => one['kms_key_arn'])).toStrictEqual(all(withKey, type, KEY));
  });
});

describe('each state machine', () => {
  test('logs errors but never data, and is traced', () => {
    const type = 'aws_sfn_state_machine';
    expect(
      each(plain, type, (one) => [one['type'], one['logging_configuration'], one['tracing_configuration']]),
    ).toStrictEqual(
      each(plain, type, ({ name }) => [
        'STANDARD',
        {
          level: 'ERROR',
          include_execution_data: false,
          log_destination: `arn:aws:logs:us-east-1:111122223333:log-group:/aws/vendedlogs/states/${String(name)}:*`,
        },
        { enabled: true },
      ]),
    );
  });
});

describe('each rule', () => {
  const rules = Object.values(plain.all('aws_cloudwatch_event_rule'));
  test('for events has one target, tried for a day, and then its own dead letters', () => {
    const targets = Object.values(plain.all('aws_cloudwatch_event_target'));
    const ofEvents = rules.filter(({ event_pattern }) => event_pattern !== undefined);
    expect(ofEvents.map(({ name }) => targets.filter(({ rule }) => rule === name).map(delivery))).toStrictEqual(
      ofEvents.map(({ name }) => [
        {
          retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
          dead_letter_config: { arn: `arn:aws:sqs:us-east-1:111122223333:${String(name)}-dead-letters` },
        },
      ]),
    );
  });
  test('loses no event that its function fails at', () => {
    expect(Object.values(plain.all('aws_lambda_function_event_invoke_config'))).toStrictEqual([
      {
        function_name: 'rollcall-record-failure',
        maximum_retry_attempts: 2,
        destination_config: {
          on_failure: { destination: 'arn:aws:sqs:us-east-1:111122223333:rollcall-failures-dead-letters' },
        },
      },
    ]);
  });
  test('may call just its own function', () => {
    const permission = (statement_id: string, task: string, rule: string) => ({
      statement_id,
      function_name: `rollcall-${task}`,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      source_arn: `arn:aws:events:us-east-1:111122223333:rule/rollcall-${rule}`,
    });
    const ofRules = Object.values(plain.all('aws_lambda_permission')).filter(
      ({ statement_id: id }) => id !== 'FromItsApi',
    );
    expect(ofRules).toStrictEqual([
      permission('FromItsRule', 'record-failure', 'failures'),
      permission('FromItsSchedule', 'measure-backlog', 'backlog'),
      permission('FromItsSchedule', 'record-lost-failures', 'lost-failures'),
    ]);
  });
});

const delivery = ({ retry_policy, dead_letter_config }: Body) => ({ retry_policy, dead_letter_config });

test('no policy names an action by a wildcard, but to deny it or to own a key', () => {
  const policies = [
    ...Object.values(plain.all('aws_iam_role_policy')),
    ...Object.values(plain.all('aws_iam_role')).map((role) => ({ policy: role['assume_role_policy'] })),
    ...Object.values(plain.all('aws_s3_bucket_policy')),
    ...Object.values(plain.all('aws_sqs_queue_policy')),
    ...Object.values(plain.all('aws_sns_topic_policy')),
  ] as { policy: unknown }[];
  const wild = policies
    .flatMap(({ policy }) => statements(policy))
    .filter(({ Effect, Action }) => Effect === 'Allow' && Action.some((action) => action.includes('*')));
  expect(wild).toStrictEqual([]);
});

test('every kind of resource is one that these rules know', () => {
  expect(plain.types).toStrictEqual([
    'aws_apigatewayv2_api',
    'aws_apigatewayv2_authorizer',
    'aws_apigatewayv2_integration',
    'aws_apigatewayv2_route',
    'aws_apigatewayv2_stage',
    'aws_cloudfront_distribution',
    'aws_cloudfront_function',
    'aws_cloudfront_origin_access_control',
    'aws_cloudfront_response_headers_policy',
    'aws_cloudwatch_dashboard',
    'aws_cloudwatch_event_rule',
    'aws_cloudwatch_event_target',
    'aws_cloudwatch_log_group',
    'aws_cloudwatch_metric_alarm',
    'aws_cloudwatch_query_definition',
    'aws_cognito_user_group',
    'aws_cognito_user_pool',
    'aws_cognito_user_pool_client',
    'aws_cognito_user_pool_domain',
    'aws_dynamodb_table',
    'aws_iam_role',
    'aws_iam_role_policy',
    'aws_kms_key',
    'aws_lambda_function',
    'aws_lambda_function_event_invoke_config',
    'aws_lambda_permission',
    'aws_rekognition_collection',
    'aws_s3_bucket',
    'aws_s3_bucket_cors_configuration',
    'aws_s3_bucket_lifecycle_configuration',
    'aws_s3_bucket_notification',
    'aws_s3_bucket_ownership_controls',
    'aws_s3_bucket_policy',
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_s3_bucket_versioning',
    'aws_s3_object',
    'aws_sfn_state_machine',
    'aws_sns_topic',
    'aws_sns_topic_policy',
    'aws_sqs_queue',
    'aws_sqs_queue_policy',
  ]);
});
