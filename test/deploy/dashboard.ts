import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Deployment } from '../../schemas/deployment.ts';
import { anHttpEvent, claimsOf } from '../web/lambda/http-event.ts';
import type { TestEnvironment } from './test-environment.ts';

const NOT_SERVED =
  'Not shown, because the stand-in for AWS does not serve them: requests through the HTTP API, whose authorizer checks ' +
  'tokens; requests through CloudFront, with its function and headers; the page of Cognito where people sign in. ' +
  'What is shown is that they are set up as they should be, and that the function answers.';

interface Wiring {
  /** How sign-in, API and page are set up, as the account tells it. */
  readonly found: object;
  readonly expected: object;
}

/** Ids that the account drew are taken from what it says. */
export async function wiringOf(environment: TestEnvironment, deployment: Deployment): Promise<Wiring> {
  console.log(NOT_SERVED);
  const { dashboard_url: url = '', api_url: apiUrl = '', user_pool_id: pool = '', bucket, region } = deployment;
  const page = bucket.replace('rollcall-', 'rollcall-page-');
  const apiHost = new URL(apiUrl).host;
  const found = await environment.describeDashboard(apiHost.split('.')[0]!, pool, new URL(url).host, page, bucket);
  const [client, authorizer] = [found.client.id, found.authorizers[0]?.AuthorizerId];
  const issuer = `https://cognito-idp.${region}.amazonaws.com/${pool}`;
  const domain = `https://${bucket}.auth.${region}.amazoncognito.com`;
  const photos = `https://${bucket}.s3.${region}.amazonaws.com`;
  const policy =
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: ${photos}; font-src 'self'; ` +
    `manifest-src 'self'; connect-src 'self' ${domain} ${photos}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  const expected = {
    routes: [
      {
        RouteKey: 'ANY /api/{proxy+}',
        AuthorizationType: 'JWT',
        AuthorizerId: authorizer,
        AuthorizationScopes: ['openid'],
      },
    ],
    authorizers: [
      {
        AuthorizerId: authorizer,
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Audience: [client], Issuer: issuer },
      },
    ],
    users: {
      self_sign_up: false,
      mfa: 'OPTIONAL',
      password: {
        MinimumLength: 14,
        PasswordHistorySize: 0,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        RequireUppercase: true,
        TemporaryPasswordValidityDays: 7,
      },
      groups: ['admin', 'editor', 'viewer'],
      domain: bucket,
    },
    client: {
      id: client,
      has_secret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: [`${url}/`],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    },
    content_security_policies: [policy, policy],
    strict_transport_security: [31_536_000, 31_536_000],
    behaviours: [
      { PathPattern: null, TargetOriginId: 'page', ViewerProtocolPolicy: 'redirect-to-https' },
      { PathPattern: '/api/*', TargetOriginId: 'api', ViewerProtocolPolicy: 'https-only' },
    ],
    origins: { page: `${page}.s3.${region}.amazonaws.com`, api: apiHost },
    page_policy: [
      {
        Sid: 'FromItsDistribution',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: ['s3:GetObject'],
        Resource: [`arn:aws:s3:::${page}/*`],
        Condition: { StringEquals: { 'aws:SourceArn': found.distribution_arn } },
      },
    ],
    page_access: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    // Those in assets/ have other names after every change.
    page_files: ['config.json', 'icon.svg', 'index.html'],
    page_config: { sign_in: { issuer, client_id: client, domain } },
    uploads_from: [[url]],
    distribution_arn: found.distribution_arn,
  };
  return { found, expected };
}

/** What the function answers to events as an HTTP API sends them, with a photo of the test before. */
export async function answersOfApi(environment: TestEnvironment, deployment: Deployment) {
  const lambda = new LambdaClient(environment.clientSettings);
  const FunctionName = `rollcall-dashboard-api-${deployment.environment}`;
  const ask = async (asked: Parameters<typeof anHttpEvent>[0]) => {
    const Payload = JSON.stringify(anHttpEvent(asked));
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    return JSON.parse(answer.Payload!.transformToString()) as { statusCode: number; body: string };
  };
  const viewer = claimsOf('jane', 'viewer');
  const { items } = JSON.parse((await ask({ path: '/api/photos', claims: viewer })).body) as {
    items: { image_id: string }[];
  };
  const photo = encodeURIComponent('a b+c 100%.jpg');
  const shown = await ask({ path: `/api/photos/${photo}`, claims: viewer });
  const { faces } = JSON.parse(shown.body) as { faces: { crop: string }[] };
  const crop = new URL(faces[0]!.crop);
  const picture = await fetch(`${environment.url}/${deployment.bucket}${crop.pathname}${crop.search}`);
  const scaled = await ask({ path: `/api/pictures/${photo}?size=240`, claims: viewer });
  const adding = { method: 'POST', path: '/api/people', body: { name: 'Sam' } };
  const statusOf = async (asked: Parameters<typeof anHttpEvent>[0]) => (await ask(asked)).statusCode;
  return {
    photos: items.map(({ image_id }) => image_id).toSorted(),
    crop: [picture.status, picture.headers.get('content-type')],
    // How a JPEG begins.
    scaled: Buffer.from(scaled.body, 'base64').subarray(0, 3).toString('hex'),
    'a viewer adds a person': await statusOf({ ...adding, claims: viewer }),
    'somebody in no group': await statusOf({ ...adding, claims: claimsOf('jane') }),
    nobody: await statusOf(adding),
    'an admin': await statusOf({ path: '/api/me', claims: claimsOf('jane', 'admin') }),
  };
}
