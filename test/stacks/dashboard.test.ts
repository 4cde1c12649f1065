import { describe, expect, test } from 'vitest';
import { TASK_NAMES } from '../../schemas/tasks.ts';
import { VIEWER_REQUEST } from '../../stacks/dashboard/viewer-request.ts';
import { parsed, synthesized, without } from './synthesized.ts';

const stack = synthesized();
const all = (type: string) => Object.values(stack.all(type));
const PAGE = 'https://d1.cloudfront.net';
const PHOTOS = 'https://rollcall-111122223333.s3.us-east-1.amazonaws.com';
const DOMAIN = 'https://rollcall-111122223333.auth.us-east-1.amazoncognito.com';
const ISSUER = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool1';

describe('the API', () => {
  test('has no route without the authorizer, which takes access tokens of the page from the user pool', () => {
    expect(all('aws_apigatewayv2_route').map((route) => without(route, 'target'))).toStrictEqual([
      {
        api_id: 'api1',
        route_key: 'ANY /api/{proxy+}',
        authorization_type: 'JWT',
        authorizer_id: 'authorizer1',
        authorization_scopes: ['openid'],
      },
    ]);
    expect(all('aws_apigatewayv2_authorizer')).toStrictEqual([
      {
        api_id: 'api1',
        name: 'user-pool',
        authorizer_type: 'JWT',
        identity_sources: ['$request.header.Authorization'],
        jwt_configuration: { audience: ['client1'], issuer: ISSUER },
      },
    ]);
  });

  test('is its function, which nothing else may call', () => {
    expect(all('aws_apigatewayv2_integration')).toStrictEqual([
      {
        api_id: 'api1',
        integration_type: 'AWS_PROXY',
        integration_uri: 'arn:aws:lambda:us-east-1:111122223333:function:rollcall-dashboard-api',
        payload_format_version: '2.0',
        timeout_milliseconds: 30_000,
      },
    ]);
    expect(all('aws_lambda_permission').filter((one) => one['statement_id'] === 'FromItsApi')).toStrictEqual([
      {
        statement_id: 'FromItsApi',
        function_name: 'rollcall-dashboard-api',
        action: 'lambda:InvokeFunction',
        principal: 'apigateway.amazonaws.com',
        source_arn: 'arn:aws:execute-api:us-east-1:111122223333:api1/*',
      },
    ]);
  });

  test('logs no address, no token and no name', () => {
    const [stage = {}] = all('aws_apigatewayv2_stage');
    expect(Object.values(parsed((stage['access_log_settings'] as { format: string }).format) as object)).toStrictEqual([
      '$context.requestId',
      '$context.requestTime',
      '$context.httpMethod',
      '$context.status',
      '$context.authorizer.claims.sub',
      '$context.authorizer.error',
      '$context.integrationErrorMessage',
      '$context.responseLatency',
    ]);
  });
});

describe('the users', () => {
  test('are added by an administrator alone, have good passwords, and may have a second factor', () => {
    expect(all('aws_cognito_user_pool').map((one) => without(one, 'lifecycle'))).toStrictEqual([
      {
        name: 'rollcall',
        admin_create_user_config: { allow_admin_create_user_only: true },
        username_configuration: { case_sensitive: false },
        auto_verified_attributes: ['email'],
        account_recovery_setting: { recovery_mechanism: [{ name: 'verified_email', priority: 1 }] },
        mfa_configuration: 'OPTIONAL',
        software_token_mfa_configuration: { enabled: true },
        password_policy: {
          minimum_length: 14,
          require_lowercase: true,
          require_uppercase: true,
          require_numbers: true,
          require_symbols: true,
          temporary_password_validity_days: 7,
        },
        deletion_protection: 'ACTIVE',
      },
    ]);
  });

  test('are in groups of which the best counts first', () => {
    const groups = all('aws_cognito_user_group').map(({ name, precedence }) => [name, precedence]);
    expect(groups).toStrictEqual([
      ['admin', 0],
      ['editor', 1],
      ['viewer', 2],
    ]);
  });

  test('sign in by authorization code, for the page alone, which has no secret', () => {
    expect(all('aws_cognito_user_pool_client')).toStrictEqual([
      {
        name: 'rollcall-page',
        user_pool_id: 'us-east-1_pool1',
        generate_secret: false,
        allowed_oauth_flows_user_pool_client: true,
        allowed_oauth_flows: ['code'],
        allowed_oauth_scopes: ['openid'],
        callback_urls: [`${PAGE}/`],
        logout_urls: [`${PAGE}/`],
        supported_identity_providers: ['COGNITO'],
        explicit_auth_flows: ['ALLOW_REFRESH_TOKEN_AUTH'],
        prevent_user_existence_errors: 'ENABLED',
        enable_token_revocation: true,
        token_validity_units: [{ access_token: 'minutes', id_token: 'minutes', refresh_token: 'hours' }],
        access_token_validity: 30,
        id_token_validity: 30,
        refresh_token_validity: 12,
      },
    ]);
  });
});

describe('the page', () => {
  const besidePage = (type: string) => all(type).filter(({ bucket }) => bucket === 'rollcall-page-111122223333');

  test('is in a private bucket that only its distribution reads', () => {
    expect(besidePage('aws_s3_bucket_public_access_block').map((one) => without(one, 'bucket'))).toStrictEqual([
      {
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
      },
    ]);
    const arn = 'arn:aws:s3:::rollcall-page-111122223333';
    const [{ policy } = {}] = besidePage('aws_s3_bucket_policy');
    expect((parsed(policy) as { Statement: unknown }).Statement).toStrictEqual([
      {
        Sid: 'FromItsDistribution',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: ['s3:GetObject'],
        Resource: [`${arn}/*`],
        Condition: { StringEquals: { 'aws:SourceArn': 'arn:aws:cloudfront::111122223333:distribution/DISTRIBUTION1' } },
      },
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: ['s3:*'],
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test('is kept by browsers where names follow from content, and asked for again elsewhere', () => {
    const files = all('aws_s3_object').map(({ key, cache_control, content_type }) => [
      key,
      cache_control,
      content_type,
    ]);
    expect(files).toStrictEqual([
      ['assets/index-1.js', 'public, max-age=31536000, immutable', 'text/javascript; charset=utf-8'],
      ['index.html', 'no-cache', 'text/html; charset=utf-8'],
      ['config.json', 'no-cache', 'application/json'],
    ]);
  });

  test('is told where to sign in', () => {
    const config = all('aws_s3_object').find(({ key }) => key === 'config.json');
    expect(parsed(config?.['content'])).toStrictEqual({
      sign_in: { issuer: ISSUER, client_id: 'client1', domain: DOMAIN },
    });
  });

  test('may load from and connect to itself, the bucket and the sign-in, and is only shown over TLS', () => {
    const [headers] = all('aws_cloudfront_response_headers_policy');
    expect(headers?.['security_headers_config']).toStrictEqual({
      content_security_policy: {
        override: true,
        content_security_policy:
          `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: ${PHOTOS}; font-src 'self'; ` +
          `manifest-src 'self'; connect-src 'self' ${DOMAIN} ${PHOTOS}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
      },
      content_type_options: { override: true },
      frame_options: { override: true, frame_option: 'DENY' },
      referrer_policy: { override: true, referrer_policy: 'no-referrer' },
      strict_transport_security: { override: true, access_control_max_age_sec: 31_536_000, include_subdomains: true },
    });
  });

  test('and its API are at one address, with the same headers, and neither is sent in the clear', () => {
    const [site] = all('aws_cloudfront_distribution');
    const { origin, default_cache_behavior, ordered_cache_behavior } = site as Record<
      string,
      Record<string, unknown>[]
    >;
    const [page, api] = [default_cache_behavior as unknown as Record<string, unknown>, ordered_cache_behavior![0]!];
    const of = ({
      target_origin_id,
      path_pattern,
      viewer_protocol_policy,
      response_headers_policy_id,
    }: typeof page) => ({
      target_origin_id,
      path_pattern,
      viewer_protocol_policy,
      response_headers_policy_id,
    });
    expect([of(page), of(api), ordered_cache_behavior!.length]).toStrictEqual([
      {
        target_origin_id: 'page',
        path_pattern: undefined,
        viewer_protocol_policy: 'redirect-to-https',
        response_headers_policy_id: 'headers1',
      },
      {
        target_origin_id: 'api',
        path_pattern: '/api/*',
        viewer_protocol_policy: 'https-only',
        response_headers_policy_id: 'headers1',
      },
      1,
    ]);
    expect(origin!.map(({ origin_id, domain_name }) => [origin_id, domain_name])).toStrictEqual([
      ['page', 'rollcall-page-111122223333.s3.us-east-1.amazonaws.com'],
      ['api', 'api1.execute-api.us-east-1.amazonaws.com'],
    ]);
  });
});

test('photos are sent to their bucket by the page alone', () => {
  expect(all('aws_s3_bucket_cors_configuration')).toStrictEqual([
    {
      bucket: 'rollcall-111122223333',
      cors_rule: [
        {
          allowed_origins: [PAGE],
          allowed_methods: ['PUT'],
          allowed_headers: ['content-type', 'x-amz-meta-*'],
          max_age_seconds: 3600,
        },
      ],
    },
  ]);
});

interface ViewerRequest {
  uri: string;
  headers: Record<string, { value: string }>;
}

/** What CloudFront passes on of a request for this path. */
function passedOn(uri: string, headers: ViewerRequest['headers'] = {}): ViewerRequest {
  // oxlint-disable-next-line no-new-func typescript/no-implied-eval -- CloudFront runs the text.
  const handler = new Function(`${VIEWER_REQUEST} return handler;`)() as (event: object) => ViewerRequest;
  return handler({ request: { uri, headers } });
}

test('every path that is no file of the page is a place in it', () => {
  const paths = ['/', '/people/p_1', '/photos/a%2Fb.png', '/photos/x.js', '/index.html', '/icon.svg', '/config.json'];
  expect(paths.map((path) => passedOn(path).uri)).toStrictEqual([
    '/index.html',
    '/index.html',
    '/index.html',
    '/index.html',
    '/index.html',
    '/icon.svg',
    '/config.json',
  ]);
  expect(passedOn('/assets/gone-1.js')).toStrictEqual({ uri: '/assets/gone-1.js', headers: {} });
});

test('the API is told the path as it was asked for, whatever the browser says', () => {
  const uri = '/api/photos/party%2Fa%3Fb%23%25.jpg';
  const forged = { 'x-rollcall-path': { value: '/api/me' } };
  expect(passedOn(uri, forged)).toStrictEqual({ uri, headers: { 'x-rollcall-path': { value: uri } } });
});

test('nothing of it is there where it is not wanted', () => {
  const without_ = synthesized({ dashboard: false });
  const kinds = (of: typeof stack) =>
    of.types.filter((type) => /cognito|apigateway|cloudfront|s3_object|cors/.test(type));
  const names = (of: typeof stack) => Object.values(of.all('aws_lambda_function')).map((one) => one['function_name']);
  expect([kinds(without_), names(without_).length, names(stack).length - names(without_).length]).toStrictEqual([
    [],
    TASK_NAMES.length,
    1,
  ]);
  expect(Object.keys(stack.json.output).filter((name) => !(name in without_.json.output))).toStrictEqual([
    'dashboard_url',
    'api_url',
    'user_pool_id',
  ]);
});

test('the variables of its function fit into what Lambda takes, with the longest names', () => {
  const longest = synthesized({
    namePrefix: 'a23456789012',
    environment: 'b23456789012',
    region: 'ap-northeast-1',
    collectionId: 'c'.repeat(247),
    recognitionOffPrefix: 'r'.repeat(200),
  });
  const [api = {}] = Object.values(longest.all('aws_lambda_function')).filter(({ function_name: name }) =>
    String(name).includes('dashboard-api'),
  );
  expect(JSON.stringify((api['environment'] as { variables: object }).variables).length).toBeLessThan(4096);
});
