import { z } from 'zod';

/** Resources without meaning on a laptop. One that is neither here nor in RESOURCES is an error. */
export const IGNORED_RESOURCES: ReadonlySet<string> = new Set([
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
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_cloudwatch_query_definition',
  'aws_cognito_user_group',
  'aws_cognito_user_pool',
  'aws_cognito_user_pool_client',
  'aws_cognito_user_pool_domain',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_kms_key',
  'aws_lambda_function_event_invoke_config',
  'aws_lambda_permission',
  'aws_s3_bucket_cors_configuration',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_object',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue_policy',
]);

/** Attributes that any resource may have: `//` is cdktf's metadata. */
const IGNORED_EVERYWHERE = ['//', 'depends_on', 'lifecycle', 'tags'] as const;

const ignored = z
  .unknown()
  .transform(() => undefined)
  .optional();

const ignoring = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, ignored])) as Record<Name, typeof ignored>;

/** A resource with the attributes that the laptop serves, and those it ignores. Any other attribute is an error. */
const resource = <Served extends z.ZodRawShape, Name extends string = never>(
  served: Served,
  ignoredHere: readonly Name[] = [],
) => z.strictObject({ ...ignoring(IGNORED_EVERYWHERE), ...ignoring(ignoredHere), ...served });

const text = z.string();
const number = z.number();

/** The resources that the embedded account serves. */
export const RESOURCES = {
  aws_s3_bucket: resource({ bucket: text }, ['force_destroy']),
  aws_s3_bucket_versioning: resource({
    bucket: text,
    versioning_configuration: z.strictObject({ status: z.enum(['Enabled', 'Suspended']) }),
  }),
  aws_s3_bucket_notification: resource({ bucket: text, eventbridge: z.boolean() }),
  aws_s3_bucket_lifecycle_configuration: resource({
    bucket: text,
    rule: z.array(
      z
        .strictObject({
          id: text,
          status: z.literal('Enabled'),
          filter: z.tuple([z.strictObject({ prefix: text })]),
          expiration: z
            .tuple([
              z.union([
                z.strictObject({ days: number }),
                z.strictObject({ expired_object_delete_marker: z.literal(true) }),
              ]),
            ])
            .optional(),
          noncurrent_version_expiration: z.tuple([z.strictObject({ noncurrent_days: number })]).optional(),
          abort_incomplete_multipart_upload: ignored,
        })
        .refine(
          ({ filter, expiration, noncurrent_version_expiration: noncurrent }) =>
            filter[0].prefix === '' || !(noncurrent || (expiration && 'expired_object_delete_marker' in expiration[0])),
          { error: 'noncurrent versions and delete markers expire in the whole bucket only', path: ['filter'] },
        ),
    ),
  }),
  aws_dynamodb_table: resource(
    {
      name: text,
      hash_key: text,
      range_key: text.optional(),
      billing_mode: z.literal('PAY_PER_REQUEST'),
      attribute: z.array(z.strictObject({ name: text, type: z.enum(['S', 'N', 'B']) })),
      global_secondary_index: z
        .array(
          z.strictObject({
            name: text,
            hash_key: text,
            range_key: text,
            projection_type: z.enum(['ALL', 'KEYS_ONLY']),
          }),
        )
        .default([]),
    },
    ['deletion_protection_enabled', 'point_in_time_recovery', 'server_side_encryption'],
  ),
  aws_rekognition_collection: resource({ collection_id: text }),
  aws_lambda_function: resource(
    {
      function_name: text,
      filename: text.endsWith('.zip'),
      handler: text,
      timeout: number,
      memory_size: number,
      environment: z.strictObject({ variables: z.record(text, text) }),
    },
    // Functions run from the folder beside the zip, in the Node.js of this process.
    ['architectures', 'kms_key_arn', 'role', 'runtime', 'source_code_hash', 'tracing_config'],
  ),
  aws_sfn_state_machine: resource({ name: text, type: text, role_arn: text, definition: text }, [
    'logging_configuration',
    'tracing_configuration',
  ]),
  aws_cloudwatch_event_rule: resource(
    {
      name: text,
      /** Absent from a schedule. */
      event_pattern: text.optional(),
      state: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    },
    // The only schedule takes a metric, and a laptop has no metrics.
    ['schedule_expression'],
  ),
  aws_cloudwatch_event_target: resource(
    {
      rule: text,
      target_id: text,
      arn: text,
      input: text.optional(),
      input_path: text.optional(),
      input_transformer: z
        .strictObject({ input_paths: z.record(text, text).optional(), input_template: text })
        .optional(),
      retry_policy: z
        .strictObject({ maximum_event_age_in_seconds: number.optional(), maximum_retry_attempts: number.optional() })
        .optional(),
      dead_letter_config: z.strictObject({ arn: text }).optional(),
    },
    ['role_arn'],
  ),
  aws_sqs_queue: resource({ name: text }, [
    'kms_master_key_id',
    'message_retention_seconds',
    'sqs_managed_sse_enabled',
  ]),
} as const;
export type ResourceType = keyof typeof RESOURCES;
export type Resource<Type extends ResourceType> = z.output<(typeof RESOURCES)[Type]>;

/** The block as its type's schema reads it. `name` is `type.id`, as Terraform addresses the resource. */
export function readResource<Type extends ResourceType>(type: Type, name: string, block: unknown): Resource<Type> {
  const read = RESOURCES[type].safeParse(block);
  if (read.success) return read.data as Resource<Type>;
  throw new Error(read.error.issues.map((issue) => `${name}: ${sentence(issue)}`).join('\n'));
}

function sentence(issue: z.core.$ZodIssue): string {
  const attribute = (...path: PropertyKey[]) => `"${path.map(String).join('.')}"`;
  if (issue.code !== 'unrecognized_keys') return `${attribute(...issue.path)} is not as expected: ${issue.message}.`;
  const unknown = issue.keys.map((key) => attribute(...issue.path, key)).join(', ');
  return (
    `the embedded account does not know ${unknown}. ` +
    'Serve it in local/terraform-resources.ts, or list it there as ignored.'
  );
}
