import { handle, type LambdaContext } from 'hono/aws-lambda';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import { request, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { OAuth2Server } from 'oauth2-mock-server';
import { listenOn, type Listening } from '../../../local/http.ts';
import { policyHeader, type PageConfig } from '../../../schemas/dashboard.ts';
import { VIEWER_REQUEST } from '../../../stacks/dashboard/viewer-request.ts';
import { CopiesInBucket } from '../../../web/api/pictures/copies-in-bucket.ts';
import { Pictures } from '../../../web/api/pictures/pictures.ts';
import { BucketSigner } from '../../../web/api/signing/bucket-signer.ts';
import { withAskedPath, type HttpApiEvent } from '../../../web/lambda/event-path.ts';
import { createSite } from '../../../web/lambda/site.ts';
import { builtPage } from '../../../web/local/build-page.ts';
import { pageFile } from '../../../web/local/page.ts';
import { anAccount, type CliAccount } from '../../cli/account.ts';

const CLIENT = 'page-client';

export interface DeployedPage {
  readonly account: CliAccount;
  readonly url: string;
  /** What the page asked the server where people sign in. */
  readonly asked: SignInRequest[];
  /** The groups of whoever signs in next. */
  groups: string[];
  /** How long the next tokens are valid, in seconds. */
  validFor: number;
  readonly faults: unknown[];
  close(): Promise<void>;
}

export interface SignInRequest {
  readonly endpoint: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/**
 * The built page as it is deployed, without AWS: CloudFront's function and headers before it, a server of OpenID
 * Connect with the addresses of Cognito, and what an HTTP API does with a token before the API's own function.
 */
export async function aDeployedPage(): Promise<DeployedPage> {
  const [built, account] = [await builtPage(() => undefined), await anAccount()];
  const asked: SignInRequest[] = [];
  const faults: unknown[] = [];
  const page = { groups: ['editor'], validFor: 3600 };
  const users = await startSignIn(asked, page);
  const bucket = await startBucket(account);
  const { target } = account;
  const site = handle(
    createSite({
      target,
      signer: new BucketSigner({
        bucketUrl: `${bucket.url}/${target.deployment.bucket}`,
        region: target.connection.region,
        credentials: target.connection.credentials!,
        now: () => new Date(),
      }),
      pictures: new Pictures(target, new CopiesInBucket(target)),
      now: () => new Date(),
      // What goes on by itself is answered as what takes long.
      answerWithinMs: 0,
      caseOf: async () => ({}),
      onForgotten: async () => undefined,
      report: (fault) => void faults.push(fault),
    }),
  );
  const issuer = users.issuer.url!;
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  const config: PageConfig = { sign_in: { issuer, client_id: CLIENT, domain: issuer } };
  const headers = { 'content-security-policy': policyHeader({ connect: [issuer, bucket.url], images: [bucket.url] }) };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { uri, asked: path } = viewerRequest(incoming.url ?? '/');
    if (uri.startsWith('/api/')) {
      const claims = await claimsOf(incoming, issuer, keys);
      if (!claims) return void response.writeHead(401).end('{"message":"Unauthorized"}');
      const event = await eventOf(incoming, path!, claims);
      const answer = await site(withAskedPath(event), {} as LambdaContext);
      response.writeHead(answer.statusCode, { ...headers, ...answer.headers });
      return void response.end(answer.isBase64Encoded ? Buffer.from(answer.body, 'base64') : answer.body);
    }
    if (uri === '/config.json') {
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(config));
    }
    const file = await pageFile(built, uri);
    response.writeHead(file ? 200 : 404, { ...headers, ...file?.headers }).end(file?.content);
  };
  // The browser gives up requests when it leaves a page.
  const server = await listenOn(0, () => (incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  return Object.assign(page, {
    account,
    url: server.url,
    asked,
    faults,
    close: async () => {
      await server.close();
      await bucket.close();
      await users.stop();
      await account.close();
    },
  });
}

/** Signs in whoever comes, as jane, without asking. It checks the code and its PKCE verifier. */
async function startSignIn(asked: SignInRequest[], page: Pick<DeployedPage, 'groups' | 'validFor'>) {
  const endpoints = {
    authorize: '/oauth2/authorize',
    token: '/oauth2/token',
    revoke: '/oauth2/revoke',
    endSession: '/logout',
    jwks: '/jwks',
  };
  const users = new OAuth2Server(undefined, undefined, { endpoints });
  await users.issuer.keys.generate('RS256');
  users.service.on('beforeAuthorizeRedirect', (_, { query }) => asked.push({ endpoint: 'authorize', query }));
  users.service.on('beforeResponse', (answer, { body }) => {
    asked.push({ endpoint: 'token', query: body });
    answer.body.expires_in = page.validFor;
  });
  users.service.on('beforeRevoke', () => asked.push({ endpoint: 'revoke', query: {} }));
  users.service.on('beforePostLogoutRedirect', () => asked.push({ endpoint: 'logout', query: {} }));
  users.service.on('beforeTokenSigning', ({ payload }) => {
    payload.exp = Number(payload.iat) + page.validFor;
    // Only an access token has a scope.
    if (payload['scope'] === undefined) return;
    const access = { token_use: 'access', client_id: CLIENT, username: 'jane', scope: 'openid' };
    Object.assign(payload, access, { 'cognito:groups': page.groups });
  });
  await users.start(0, '127.0.0.1');
  return users;
}

/** The bucket, which other than the embedded account answers to pages. */
const startBucket = ({ account }: CliAccount): Promise<Listening> =>
  listenOn(0, () => (incoming, response) => {
    const { pathname, search } = new URL(incoming.url ?? '/', 'http://bucket');
    const forwarded = request(`${account.url}${pathname}${search}`, { method: incoming.method }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(forwarded);
  });

interface Passed {
  readonly uri: string;
  readonly asked: string | undefined;
}

function viewerRequest(url: string): Passed {
  // oxlint-disable-next-line no-new-func typescript/no-implied-eval -- CloudFront runs the text.
  const handler = new Function(`${VIEWER_REQUEST} return handler;`)() as (event: object) => {
    uri: string;
    headers: Record<string, { value: string }>;
  };
  const { uri, headers } = handler({ request: { uri: url.split('?')[0], headers: {} } });
  return { uri, asked: headers['x-rollcall-path']?.value };
}

/** As the authorizer of an HTTP API does: issuer, signature, time, client and scope. */
async function claimsOf(
  { headers }: IncomingMessage,
  issuer: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
): Promise<JWTPayload | undefined> {
  const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
  const { payload } = await jwtVerify(token, keys, { issuer }).catch(() => ({ payload: undefined }));
  const { client_id: client, scope, 'cognito:groups': groups } = payload ?? {};
  if (client !== CLIENT || !String(scope).split(' ').includes('openid')) return undefined;
  return { ...payload, 'cognito:groups': `[${(groups as string[]).join(' ')}]` };
}

async function eventOf(incoming: IncomingMessage, path: string, claims: JWTPayload): Promise<HttpApiEvent> {
  const url = new URL(incoming.url ?? '/', 'http://site');
  const body = await text(incoming);
  return {
    version: '2.0',
    rawPath: decodeURIComponent(url.pathname),
    rawQueryString: url.search.slice(1),
    headers: { ...(incoming.headers as Record<string, string>), 'x-rollcall-path': path },
    body: body === '' ? null : body,
    isBase64Encoded: false,
    requestContext: {
      domainName: 'site',
      http: { method: incoming.method, path },
      authorizer: { jwt: { claims, scopes: ['openid'] } },
    },
  } as unknown as HttpApiEvent;
}
