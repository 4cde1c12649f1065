import { expect, test } from 'vitest';
import type { Settings } from '../../schemas/config.ts';
import { synthesized, type Body } from './synthesized.ts';

/** What a resource is known by in its account. */
const NAMED: Record<string, string> = {
  aws_apigatewayv2_api: 'name',
  aws_cloudfront_distribution: 'comment',
  aws_cloudfront_function: 'name',
  aws_cloudfront_origin_access_control: 'name',
  aws_cloudfront_response_headers_policy: 'name',
  aws_cloudwatch_dashboard: 'dashboard_name',
  aws_cloudwatch_event_rule: 'name',
  aws_cloudwatch_log_group: 'name',
  aws_cloudwatch_metric_alarm: 'alarm_name',
  aws_cloudwatch_query_definition: 'name',
  aws_cognito_user_pool: 'name',
  aws_cognito_user_pool_client: 'name',
  aws_cognito_user_pool_domain: 'domain',
  aws_dynamodb_table: 'name',
  aws_iam_role: 'name',
  aws_kms_key: 'description',
  aws_lambda_function: 'function_name',
  aws_rekognition_collection: 'collection_id',
  aws_s3_bucket: 'bucket',
  aws_sfn_state_machine: 'name',
  aws_sns_topic: 'name',
  aws_sqs_queue: 'name',
};

/** Parts of another resource, with no name of their own. */
const PARTS = [
  'aws_apigatewayv2_authorizer',
  'aws_apigatewayv2_integration',
  'aws_apigatewayv2_route',
  'aws_apigatewayv2_stage',
  'aws_cloudwatch_event_target',
  'aws_cognito_user_group',
  'aws_iam_role_policy',
  'aws_lambda_function_event_invoke_config',
  'aws_lambda_permission',
  'aws_s3_bucket_cors_configuration',
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket_notification',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_policy',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  'aws_s3_object',
  'aws_sns_topic_policy',
  'aws_sqs_queue_policy',
];

function namesOf(settings: Settings): string[] {
  const { json } = synthesized(settings);
  return Object.entries(json.resource)
    .filter(([type]) => !PARTS.includes(type))
    .flatMap(([type, all]) => Object.values(all).map((body: Body) => `${type} ${String(body[NAMED[type] ?? ''])}`));
}

test('the default environment has the plain names', () => {
  const names = namesOf({});
  expect(names).toContain('aws_dynamodb_table FaceRecognitionResults');
  expect(names).toContain('aws_dynamodb_table FaceRecognitionPeople');
  expect(names).toContain('aws_rekognition_collection my-face-collection');
  expect(names).toContain('aws_lambda_function rollcall-load-image');
  expect(names).toContain('aws_sfn_state_machine rollcall-recognition');
});

test('no two things of a kind share a name, and none goes without', () => {
  const names = namesOf({});
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toStrictEqual([]);
  expect(names.filter((name) => name.endsWith('undefined'))).toStrictEqual([]);
});

test.each([
  [{ environment: 'staging' }, {}],
  [{ environment: 'staging' }, { environment: 'prod' }],
  [{ namePrefix: 'acme' }, {}],
  [{ namePrefix: 'acme' }, { namePrefix: 'acme', environment: 'staging' }],
])('%j and %j share no name', (one, other) => {
  const others = new Set(namesOf(other));
  expect(namesOf(one).filter((name) => others.has(name))).toStrictEqual([]);
});

test('the longest names keep within what AWS takes', () => {
  const longest = synthesized({ namePrefix: 'a23456789012', environment: 'b23456789012', region: 'ap-northeast-1' });
  const lengths = (type: string, attribute: string) =>
    Object.values(longest.all(type)).map((one) => String(one[attribute]).length);
  expect(Math.max(...lengths('aws_s3_bucket', 'bucket'))).toBeLessThanOrEqual(63);
  expect(Math.max(...lengths('aws_cloudfront_function', 'name'))).toBeLessThanOrEqual(64);
  expect(Math.max(...lengths('aws_cloudfront_origin_access_control', 'name'))).toBeLessThanOrEqual(64);
  expect(Math.max(...lengths('aws_cognito_user_pool_domain', 'domain'))).toBeLessThanOrEqual(63);
  expect(Math.max(...lengths('aws_iam_role', 'name'))).toBeLessThanOrEqual(64);
  expect(Math.max(...lengths('aws_lambda_function', 'function_name'))).toBeLessThanOrEqual(64);
  expect(Math.max(...lengths('aws_sqs_queue', 'name'))).toBeLessThanOrEqual(80);
  expect(Math.max(...lengths('aws_sfn_state_machine', 'name'))).toBeLessThanOrEqual(80);
});
