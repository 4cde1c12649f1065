import type { CreateTableCommandInput, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InputTransformer, Rule, Target } from './events/event.ts';
import type { LambdaFunction } from './lambda/lambda.ts';
import type { BucketConfig } from './s3/catalog.ts';
import type { StateMachineDeclaration } from './step-functions/options.ts';
import { References, TerraformJson } from './terraform-json.ts';
import { IGNORED_RESOURCES, readResource, RESOURCES, type Resource, type ResourceType } from './terraform-resources.ts';

/** A synthesized stack as plain data, with every reference resolved to the embedded account's names and ARNs. */
export interface LocalStack {
  readonly region: string;
  readonly buckets: readonly BucketConfig[];
  readonly tables: readonly CreateTableCommandInput[];
  readonly collections: readonly { readonly id: string }[];
  readonly functions: readonly LambdaFunction[];
  readonly stateMachines: readonly StateMachineDeclaration[];
  readonly rules: readonly Rule[];
  readonly queues: readonly { readonly name: string; readonly arn: string }[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface ReadOptions {
  readonly accountId?: string;
  /** What precedes a queue's name in its URL. Default: AWS's own. */
  readonly queueBaseUrl?: string;
}

/** Maps every resource of a type, its references resolved. */
type MapResources = <Type extends ResourceType, Made>(
  type: Type,
  make: (resource: Resource<Type>, attribute: (name: 'arn') => string) => Made,
) => Made[];

/** Reads the folder that `main.ts` synthesized a stack into. */
export async function readStack(folder: string, options: ReadOptions = {}): Promise<LocalStack> {
  const json = TerraformJson.parse(JSON.parse(await readFile(join(folder, 'cdk.tf.json'), 'utf8')));
  for (const type of Object.keys(json.resource)) {
    if (type in RESOURCES || IGNORED_RESOURCES.has(type)) continue;
    throw new Error(
      `The embedded account does not know ${type}. ` +
        'Serve it in local/terraform-resources.ts, or list it there as ignored.',
    );
  }
  const { region } = json.provider.aws[0];
  const { accountId = '000000000000' } = options;
  const { queueBaseUrl = `https://sqs.${region}.amazonaws.com/${accountId}` } = options;
  const references = new References(json, { accountId, region, queueBaseUrl });
  const mapResources: MapResources = (type, make) =>
    Object.entries(json.resource[type] ?? {}).map(([name, block]) => {
      const resource = references.resolve(readResource(type, `${type}.${name}`, block));
      return make(resource, (attribute) => references.resolve(`\${${type}.${name}.${attribute}}`));
    });
  return {
    region,
    buckets: buckets(mapResources),
    tables: mapResources('aws_dynamodb_table', table),
    collections: mapResources('aws_rekognition_collection', (one) => ({ id: one.collection_id })),
    functions: mapResources('aws_lambda_function', (one, attribute) => ({
      name: one.function_name,
      arn: attribute('arn'),
      folder: join(folder, one.filename.slice(0, -'.zip'.length)),
      handler: one.handler,
      env: one.environment.variables,
      timeoutSeconds: one.timeout,
      memoryMb: one.memory_size,
    })),
    stateMachines: mapResources('aws_sfn_state_machine', (one, attribute) => ({
      name: one.name,
      arn: attribute('arn'),
      type: one.type,
      roleArn: one.role_arn,
      definition: one.definition,
    })),
    rules: rules(mapResources),
    queues: mapResources('aws_sqs_queue', ({ name }, attribute) => ({ name, arn: attribute('arn') })),
    outputs: Object.fromEntries(
      Object.entries(json.output).map(([name, { value }]) => [name, references.resolve(value)]),
    ),
  };
}

/** Terraform keeps a bucket's versioning, notification and lifecycle in resources of their own. */
function buckets(mapResources: MapResources): BucketConfig[] {
  const versioned = mapResources('aws_s3_bucket_versioning', (one) => one);
  const notifying = mapResources('aws_s3_bucket_notification', (one) => one);
  const lifecycles = mapResources('aws_s3_bucket_lifecycle_configuration', (one) => one);
  return mapResources('aws_s3_bucket', ({ bucket: name }) => {
    const ofBucket = <One extends { bucket: string }>(all: readonly One[]) => all.find((one) => one.bucket === name);
    const lifecycle = ofBucket(lifecycles)?.rule ?? [];
    const [noncurrentDays] = lifecycle.flatMap(
      (rule) => rule.noncurrent_version_expiration?.map((one) => one.noncurrent_days) ?? [],
    );
    const expiresDeleteMarkers = lifecycle.some(
      ({ expiration }) => expiration && 'expired_object_delete_marker' in expiration[0],
    );
    return {
      name,
      versioning: ofBucket(versioned)?.versioning_configuration.status === 'Enabled',
      eventBridge: ofBucket(notifying)?.eventbridge ?? false,
      expirations: lifecycle.flatMap(({ filter: [{ prefix }], expiration }) =>
        expiration && 'days' in expiration[0] ? [{ prefix, days: expiration[0].days }] : [],
      ),
      ...(noncurrentDays === undefined ? {} : { noncurrentDays }),
      ...(expiresDeleteMarkers ? { expiresDeleteMarkers } : {}),
    };
  });
}

function table(one: Resource<'aws_dynamodb_table'>): CreateTableCommandInput {
  return {
    TableName: one.name,
    BillingMode: one.billing_mode,
    AttributeDefinitions: one.attribute.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: keys(one),
    ...(one.global_secondary_index.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: one.global_secondary_index.map((index) => ({
            IndexName: index.name,
            KeySchema: keys(index),
            Projection: { ProjectionType: index.projection_type },
          })),
        }),
  };
}

function keys(of: { hash_key: string; range_key?: string | undefined }): KeySchemaElement[] {
  return [
    { AttributeName: of.hash_key, KeyType: 'HASH' },
    ...(of.range_key === undefined ? [] : [{ AttributeName: of.range_key, KeyType: 'RANGE' as const }]),
  ];
}

function rules(mapResources: MapResources): Rule[] {
  const targets = mapResources('aws_cloudwatch_event_target', (one) => one);
  const all = mapResources('aws_cloudwatch_event_rule', (rule) => rule);
  // A rule without a pattern is a schedule, which has no meaning on a laptop.
  return all.flatMap(({ name, state, event_pattern: pattern }) =>
    pattern === undefined
      ? []
      : {
          name,
          state,
          pattern: JSON.parse(pattern) as object,
          targets: targets.filter((one) => one.rule === name).map(target),
        },
  );
}

function target(one: Resource<'aws_cloudwatch_event_target'>): Target {
  const { maximum_event_age_in_seconds: age, maximum_retry_attempts: attempts } = one.retry_policy ?? {};
  const { input_transformer: transformer } = one;
  return {
    id: one.target_id,
    arn: one.arn,
    ...(one.input === undefined ? {} : { input: one.input }),
    ...(one.input_path === undefined ? {} : { inputPath: one.input_path }),
    ...(transformer && { inputTransformer: inputTransformer(transformer) }),
    ...(attempts === undefined ? {} : { maximumRetryAttempts: attempts }),
    ...(age === undefined ? {} : { maximumEventAgeSeconds: age }),
    ...(one.dead_letter_config === undefined ? {} : { deadLetterArn: one.dead_letter_config.arn }),
  };
}

function inputTransformer({
  input_paths: inputPaths,
  input_template: inputTemplate,
}: NonNullable<Resource<'aws_cloudwatch_event_target'>['input_transformer']>): InputTransformer {
  return { inputTemplate, ...(inputPaths && { inputPaths }) };
}
