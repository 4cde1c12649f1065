import { Logger } from '@aws-lambda-powertools/logger';
import { handle, type APIGatewayProxyResult, type LambdaContext } from 'hono/aws-lambda';
import { awsTarget } from '../../client/deployment/target.ts';
import { buildCase } from '../../recording/build-case.ts';
import { CopiesInBucket } from '../api/pictures/copies-in-bucket.ts';
import { Pictures } from '../api/pictures/pictures.ts';
import { BucketSigner } from '../api/signing/bucket-signer.ts';
import { readEnvironment } from './environment.ts';
import { withAskedPath, type HttpApiEvent } from './event-path.ts';
import { createSite } from './site.ts';

/** How often an execution is asked for that a request waits for, in milliseconds. */
const POLL_MS = 500;

const logger = new Logger();
const { DEPLOYMENT: deployment, BUCKET_URL: bucketUrl, ...env } = readEnvironment(process.env);
const target = awsTarget(deployment, POLL_MS);
const now = () => new Date();
const credentials = {
  accessKeyId: env.AWS_ACCESS_KEY_ID,
  secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
  ...(env.AWS_SESSION_TOKEN !== undefined && { sessionToken: env.AWS_SESSION_TOKEN }),
};

const site = createSite({
  target,
  signer: new BucketSigner({ bucketUrl, region: deployment.region, credentials, now }),
  pictures: new Pictures(target, new CopiesInBucket(target)),
  now,
  caseOf: (executionArn) => buildCase(target.sfn, executionArn),
  // The copies are in work/, which forgetting empties by itself.
  onForgotten: async () => undefined,
  report: (fault) => {
    const { name: error, stack } = fault instanceof Error ? fault : new Error(String(fault));
    logger.error('failed', { task: 'dashboard-api', error, stack });
  },
});
const answer = handle(site);

/** The API of the dashboard behind an HTTP API (payload format 2.0) whose authorizer has checked the token. */
export const handler = (event: HttpApiEvent, context: LambdaContext): Promise<APIGatewayProxyResult> =>
  answer(withAskedPath(event), context);
