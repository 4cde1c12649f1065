import { z } from 'zod';

/** What has no meaning on a laptop, by name: what is neither here nor read below is an error. */
export const PASSED_OVER = new Set([
  'aws_cloudwatch_dashboard',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_cloudwatch_query_definition',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_kms_key',
  'aws_lambda_function_event_invoke_config',
  'aws_lambda_permission',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_sns_topic',
  'aws_sns_topic_policy',
  'aws_sns_topic_subscription',
  'aws_sqs_queue_policy',
]);

const text = z.string();
const number = z.number();

/** What is read of each resource that the embedded account has a part for. */
export const KNOWN = {
  aws_s3_bucket: z.object({ bucket: text }),
  aws_s3_bucket_versioning: z.object({
    bucket: text,
    versioning_configuration: z.object({ status: z.enum(['Enabled', 'Suspended']) }),
  }),
  aws_s3_bucket_notification: z.object({ bucket: text, eventbridge: z.boolean() }),
  aws_s3_bucket_lifecycle_configuration: z.object({
    bucket: text,
    rule: z.array(
      z.strictObject({
        id: text,
        status: z.literal('Enabled'),
        filter: z.tuple([z.strictObject({ prefix: text })]),
        expiration: z.tuple([z.strictObject({ days: number })]).optional(),
        noncurrent_version_expiration: z.tuple([z.strictObject({ noncurrent_days: number })]).optional(),
        abort_incomplete_multipart_upload: z.unknown().optional(),
      }),
    ),
  }),
  aws_dynamodb_table: z.object({
    name: text,
    hash_key: text,
    range_key: text.optional(),
    billing_mode: z.literal('PAY_PER_REQUEST'),
    attribute: z.array(z.object({ name: text, type: z.enum(['S', 'N', 'B']) })),
    global_secondary_index: z
      .array(z.object({ name: text, hash_key: text, range_key: text, projection_type: z.enum(['ALL', 'KEYS_ONLY']) }))
      .default([]),
  }),
  aws_rekognition_collection: z.object({ collection_id: text }),
  aws_lambda_function: z.object({
    function_name: text,
    filename: text.endsWith('.zip'),
    handler: text,
    timeout: number,
    memory_size: number,
    environment: z.object({ variables: z.record(text, text) }),
  }),
  aws_sfn_state_machine: z.object({ name: text, type: text, role_arn: text, definition: text }),
  aws_cloudwatch_event_rule: z.object({
    name: text,
    /** Absent from a schedule. */
    event_pattern: text.optional(),
    state: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  }),
  aws_cloudwatch_event_target: z.object({
    rule: text,
    target_id: text,
    arn: text,
    input: text.optional(),
    input_path: text.optional(),
    retry_policy: z
      .object({ maximum_event_age_in_seconds: number.optional(), maximum_retry_attempts: number.optional() })
      .optional(),
    dead_letter_config: z.object({ arn: text }).optional(),
  }),
  aws_sqs_queue: z.object({ name: text }),
} as const;
export type Known = keyof typeof KNOWN;
export type Resource<Type extends Known> = z.infer<(typeof KNOWN)[Type]>;
