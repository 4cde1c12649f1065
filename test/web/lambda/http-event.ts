import { PATH_HEADER } from '../../../schemas/dashboard.ts';
import type { HttpApiEvent } from '../../../web/lambda/event-path.ts';

interface Asked {
  readonly method?: string;
  /** With its query, as it was asked for. */
  readonly path: string;
  readonly body?: unknown;
  /** Of the token. undefined: no authorizer was passed. */
  readonly claims?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it came through CloudFront, which says what path was asked for. */
  readonly viaCloudFront?: boolean;
}

/** The claims of an access token, as an HTTP API passes them on: a list is a text. */
export const claimsOf = (username: string, ...groups: string[]) => ({
  sub: '8f2c1d9e-6a55-4b7e-9c1c-0f6f3a1d2b11',
  token_use: 'access',
  username,
  scope: 'openid',
  ...(groups.length > 0 && { 'cognito:groups': `[${groups.join(' ')}]` }),
});

/** What an HTTP API sends its function (payload format 2.0): with a path that it has decoded. */
export function anHttpEvent({ method = 'GET', path, body, claims, headers = {}, viaCloudFront = true }: Asked) {
  const [asked = '', query = ''] = path.split('?');
  const event = {
    version: '2.0',
    routeKey: 'ANY /api/{proxy+}',
    rawPath: decodeURIComponent(asked).split('?')[0]!,
    rawQueryString: query,
    headers: {
      ...(viaCloudFront && { [PATH_HEADER]: asked }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      domainName: 'api1.execute-api.us-east-1.amazonaws.com',
      stage: '$default',
      http: { method, path: asked },
      ...(claims && { authorizer: { jwt: { claims, scopes: ['openid'] } } }),
    },
  };
  return event as unknown as HttpApiEvent;
}
