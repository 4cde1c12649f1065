import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import type { Deployment } from '../../schemas/deployment.ts';
import { anHttpEvent, claimsOf } from '../web/lambda/http-event.ts';
import type { TestEnvironment } from './test-environment.ts';

const NOT_SERVED =
  'Not shown, because the stand-in for AWS does not serve them: requests through the HTTP API, whose authorizer checks ' +
  'tokens; requests through CloudFront, with its function and headers; the page of Cognito where people sign in. ' +
  'What is shown is that they are set up as they should be, and that the function answers.';

/** How the sign-in, the API and the page of a deployment are set up, as the account tells it. */
export async function expectSignInIsWired(environment: TestEnvironment, deployment: Deployment): Promise<void> {
  console.log(NOT_SERVED);
  const { dashboard_url: url = '', api_url: apiUrl = '', user_pool_id: pool = '', bucket, region } = deployment;
  const page = bucket.replace('rollcall-', 'rollcall-page-');
  const host = new URL(url).host;
  const found = await environment.describeDashboard(new URL(apiUrl).host.split('.')[0]!, pool, host, page, bucket);
  const { client, authorizers, page_files, distribution_arn: arn, ...rest } = found;
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${pool}`;
  const domain = `https://${bucket}.auth.${region}.amazoncognito.com`;
  const photos = `https://${bucket}.s3.${region}.amazonaws.com`;
  const [{ AuthorizerId = '' } = {}] = authorizers;
  const policy =
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: ${photos}; font-src 'self'; ` +
    `manifest-src 'self'; connect-src 'self' ${domain} ${photos}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  expect(authorizers).toStrictEqual([
    {
      AuthorizerId,
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: [client.id], Issuer: issuer },
    },
  ]);
  expect(client).toStrictEqual({
    id: client.id,
    has_secret: false,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthScopes: ['openid'],
    CallbackURLs: [`${url}/`],
    ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
  });
  expect(rest).toStrictEqual({
    routes: [
      { RouteKey: 'ANY /api/{proxy+}', AuthorizationType: 'JWT', AuthorizerId, AuthorizationScopes: ['openid'] },
    ],
    users: {
      self_sign_up: false,
      mfa: 'OPTIONAL',
      password: {
        MinimumLength: 14,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        RequireUppercase: true,
        TemporaryPasswordValidityDays: 7,
      },
      groups: ['admin', 'editor', 'viewer'],
      domain: bucket,
    },
    content_security_policies: [policy, policy],
    strict_transport_security: [31_536_000, 31_536_000],
    behaviours: [
      { PathPattern: null, TargetOriginId: 'page', ViewerProtocolPolicy: 'redirect-to-https' },
      { PathPattern: '/api/*', TargetOriginId: 'api', ViewerProtocolPolicy: 'https-only' },
    ],
    origins: { page: `${page}.s3.${region}.amazonaws.com`, api: new URL(apiUrl).host },
    page_policy: [
      {
        Sid: 'FromItsDistribution',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${page}/*`,
        Condition: { StringEquals: { 'aws:SourceArn': arn } },
      },
    ],
    page_access: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    page_config: { sign_in: { issuer, client_id: client.id, domain } },
    uploads_from: [[url]],
  });
  expect(page_files).toEqual(expect.arrayContaining(['config.json', 'icon.svg', 'index.html']));
}

/** What the function answers to events as an HTTP API sends them. */
export async function expectApiAnswers(environment: TestEnvironment, deployment: Deployment): Promise<void> {
  const lambda = new LambdaClient({ ...environment.clientSettings });
  const ask = async (asked: Parameters<typeof anHttpEvent>[0]) => {
    const { Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: `rollcall-dashboard-api-${deployment.environment}`,
        Payload: JSON.stringify(anHttpEvent(asked)),
      }),
    );
    return JSON.parse(Payload!.transformToString()) as { statusCode: number; body: string };
  };
  const viewer = claimsOf('jane', 'viewer');
  const photos = await ask({ path: '/api/photos', claims: viewer });
  const { items } = JSON.parse(photos.body) as { items: { image_id: string }[] };
  expect(items.map(({ image_id }) => image_id)).toContain('a b+c 100%.jpg');
  const path = `/api/photos/${encodeURIComponent('a b+c 100%.jpg')}`;
  const { faces } = JSON.parse((await ask({ path, claims: viewer })).body) as { faces: { crop: string }[] };
  const crop = new URL(faces[0]!.crop);
  const picture = await fetch(`${environment.url}/${deployment.bucket}${crop.pathname}${crop.search}`);
  expect([picture.status, picture.headers.get('content-type')]).toStrictEqual([200, 'image/jpeg']);
  const scaled = await ask({ path: `/api/pictures/${encodeURIComponent('a b+c 100%.jpg')}?size=240`, claims: viewer });
  expect(Buffer.from(scaled.body, 'base64').subarray(0, 2).toString('hex')).toBe('ffd8');

  const asked = { method: 'POST', path: '/api/people', body: { name: 'Sam' } };
  const statuses = await Promise.all([
    ask({ ...asked, claims: viewer }),
    ask({ ...asked, claims: claimsOf('jane') }),
    ask(asked),
    ask({ path: '/api/me', claims: claimsOf('jane', 'admin') }),
  ]);
  expect(statuses.map(({ statusCode }) => statusCode)).toStrictEqual([403, 403, 401, 200]);
}
