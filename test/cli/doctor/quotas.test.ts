import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from 'vitest';
import { runCheck, type DoctorContext } from '../../../cli/doctor/check.ts';
import { quotas } from '../../../cli/doctor/quotas.ts';
import { awsJson, ServiceError, type Operation } from '../../../local/aws-json.ts';
import { clientConfig } from '../../../local/clients.ts';
import { listen, type Listening } from '../../../local/http.ts';
import { aDeployment } from '../../support/deployment.ts';

let server: Listening | undefined;
afterEach(() => server?.close());

const quota = (operation: string, Value: number) => ({
  QuotaName: `Transactions per second per account for the Amazon Rekognition Image operation ${operation}`,
  Value,
});
const DEFAULTS = [
  quota('DetectFaces', 25),
  quota('SearchFacesByImage', 5),
  quota('IndexFaces', 5),
  quota('SearchFaces', 10),
];

/** What the check says of functions with these rates in an account with these quotas. */
async function checked(rates: readonly number[], own: Operation) {
  const [DETECT_FACES_PER_SECOND, SEARCH_FACES_PER_SECOND, INDEX_FACES_PER_SECOND] = rates.map(String);
  const Variables = {
    DETECT_FACES_PER_SECOND,
    SEARCH_FACES_PER_SECOND,
    INDEX_FACES_PER_SECOND,
    COMPARE_FACES_PER_SECOND: '9',
  };
  const serviceQuotas = awsJson({
    version: '1.1',
    operations: { ListAWSDefaultServiceQuotas: async () => ({ Quotas: DEFAULTS }), ListServiceQuotas: own },
  });
  server = await listen((request, response) => {
    if (request.headers['x-amz-target'] !== undefined) serviceQuotas(request, response);
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ Environment: { Variables } }));
  });
  const connection = clientConfig({ url: server.url, region: 'eu-central-1' });
  const context = {
    target: { connection, deployment: aDeployment({ functions: { 'load-image': 'rollcall-load-image' } }) },
    lambda: new LambdaClient(connection),
    redeployAdvice: 'Deploy again: npm run deploy',
    signal: new AbortController().signal,
  } as unknown as DoctorContext;
  return runCheck(quotas, context);
}

test('rates within the quotas are well, the account’s own quotas before the defaults', async () => {
  expect(await checked([22.5, 18, 4.5], async () => ({ Quotas: [quota('SearchFacesByImage', 20)] }))).toStrictEqual({
    check: 'quotas',
    ok: true,
    says: 'calls per second: DetectFaces 22.5 of 25, SearchFacesByImage 18 of 20, SearchFaces 9 of 10, IndexFaces 4.5 of 5',
    remedy: null,
  });
});

test('a rate above its quota is wrong, with the setting that mends it', async () => {
  expect(await checked([22.5, 45, 4.5], async () => ({ Quotas: [] }))).toStrictEqual({
    check: 'quotas',
    ok: false,
    says: 'SearchFacesByImage is called up to 45 times per second, and the account’s quota is 5.',
    remedy: 'Set searchFacesPerSecond: 5 in rollcall.config.ts, or raise the quota. Deploy again: npm run deploy',
  });
});

test('quotas that may not be read are no fault', async () => {
  const own: Operation = () => Promise.reject(new ServiceError('AccessDeniedException', 'no'));
  expect(await checked([22.5, 4.5, 4.5], own)).toStrictEqual({
    check: 'quotas',
    ok: true,
    says:
      'Your credentials may not read the quotas of Rekognition (servicequotas:ListServiceQuotas and ' +
      'ListAWSDefaultServiceQuotas), so nothing is compared. Calls per second: DetectFaces 22.5, ' +
      'SearchFacesByImage 4.5, SearchFaces 9, IndexFaces 4.5',
    remedy: null,
  });
});

test('nor is a region for which Service Quotas does not list Rekognition', async () => {
  const own: Operation = () => Promise.reject(new ServiceError('NoSuchResourceException', 'not available'));
  expect(await checked([22.5, 4.5, 4.5], own)).toStrictEqual({
    check: 'quotas',
    ok: true,
    says:
      'Service Quotas does not list Rekognition in this region, so nothing is compared. Calls per second: ' +
      'DetectFaces 22.5, SearchFacesByImage 4.5, SearchFaces 9, IndexFaces 4.5',
    remedy: null,
  });
});
