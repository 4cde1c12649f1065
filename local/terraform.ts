import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateTableCommandInput, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import type { Rule, Target } from './events/event.ts';
import type { LambdaFunction } from './lambda/lambda.ts';
import type { BucketConfig } from './s3/catalog.ts';
import type { StateMachineDeclaration } from './step-functions/options.ts';
import { References, TerraformJson } from './terraform-json.ts';
import { KNOWN, PASSED_OVER, type Known, type Resource } from './terraform-resources.ts';

/** A synthesized stack as plain data, each reference resolved as the embedded account would have it. */
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
  /** Where queues are reached; as AWS has it unless told. */
  readonly queueBaseUrl?: string;
}

/** Makes something of every resource of a type. */
type Each = <Type extends Known, Made>(
  type: Type,
  make: (resource: Resource<Type>, attribute: (name: 'arn') => string) => Made,
) => Made[];

/** Reads the folder that `main.ts` synthesized a stack into. */
export async function readStack(folder: string, options: ReadOptions = {}): Promise<LocalStack> {
  const json = TerraformJson.parse(JSON.parse(await readFile(join(folder, 'cdk.tf.json'), 'utf8')));
  for (const type of Object.keys(json.resource)) {
    if (!(type in KNOWN) && !PASSED_OVER.has(type)) throw new Error(`The embedded account does not know ${type}.`);
  }
  const { region } = json.provider.aws[0];
  const { accountId = '000000000000' } = options;
  const { queueBaseUrl = `https://sqs.${region}.amazonaws.com/${accountId}` } = options;
  const references = new References(json, { accountId, region, queueBaseUrl });
  const each: Each = (type, make) =>
    Object.entries(json.resource[type] ?? {}).map(([name, block]) => {
      const read = KNOWN[type].safeParse(block);
      if (!read.success) throw new Error(`${type}.${name} is not as expected: ${read.error.message}`);
      const resource = references.resolve(read.data) as Resource<typeof type>;
      return make(resource, (attribute) => references.resolve(`\${${type}.${name}.${attribute}}`));
    });
  return {
    region,
    buckets: buckets(each),
    tables: each('aws_dynamodb_table', table),
    collections: each('aws_rekognition_collection', (one) => ({ id: one.collection_id })),
    functions: each('aws_lambda_function', (one, attribute) => ({
      name: one.function_name,
      arn: attribute('arn'),
      folder: join(folder, one.filename.slice(0, -'.zip'.length)),
      handler: one.handler,
      env: one.environment.variables,
      timeoutSeconds: one.timeout,
      memoryMb: one.memory_size,
    })),
    stateMachines: each('aws_sfn_state_machine', (one, attribute) => ({
      name: one.name,
      arn: attribute('arn'),
      type: one.type,
      roleArn: one.role_arn,
      definition: one.definition,
    })),
    rules: rules(each),
    queues: each('aws_sqs_queue', ({ name }, attribute) => ({ name, arn: attribute('arn') })),
    outputs: Object.fromEntries(
      Object.entries(json.output).map(([name, { value }]) => [name, references.resolve(value)]),
    ),
  };
}

/** Terraform keeps what belongs to a bucket in resources of their own. */
function buckets(each: Each): BucketConfig[] {
  const versioned = each('aws_s3_bucket_versioning', (one) => one);
  const notifying = each('aws_s3_bucket_notification', (one) => one);
  const lifecycles = each('aws_s3_bucket_lifecycle_configuration', (one) => one);
  return each('aws_s3_bucket', ({ bucket: name }) => {
    const its = <One extends { bucket: string }>(all: readonly One[]) => all.find((one) => one.bucket === name);
    const lifecycle = its(lifecycles)?.rule ?? [];
    const [noncurrentDays] = lifecycle.flatMap(
      (rule) => rule.noncurrent_version_expiration?.map((one) => one.noncurrent_days) ?? [],
    );
    return {
      name,
      versioning: its(versioned)?.versioning_configuration.status === 'Enabled',
      eventBridge: its(notifying)?.eventbridge ?? false,
      expirations: lifecycle.flatMap(
        ({ filter: [{ prefix }], expiration }) => expiration?.map(({ days }) => ({ prefix, days })) ?? [],
      ),
      ...(noncurrentDays === undefined ? {} : { noncurrentDays }),
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

function rules(each: Each): Rule[] {
  const targets = each('aws_cloudwatch_event_target', (one) => one);
  const all = each('aws_cloudwatch_event_rule', (rule) => rule);
  // Without a pattern it is a schedule: those only measure, and nobody reads metrics here.
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
  return {
    id: one.target_id,
    arn: one.arn,
    ...(one.input === undefined ? {} : { input: one.input }),
    ...(one.input_path === undefined ? {} : { inputPath: one.input_path }),
    ...(attempts === undefined ? {} : { maximumRetryAttempts: attempts }),
    ...(age === undefined ? {} : { maximumEventAgeSeconds: age }),
    ...(one.dead_letter_config === undefined ? {} : { deadLetterArn: one.dead_letter_config.arn }),
  };
}
