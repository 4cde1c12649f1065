import type { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { S3BucketCorsConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-cors-configuration/index.js';
import type { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { Construct } from 'constructs';
import type { Config } from '../../schemas/config.ts';
import type { Deployment } from '../../schemas/deployment.ts';
import type { PageFile } from '../bundles/page.ts';
import type { CodePath } from '../bundles/place.ts';
import { PIXELS, type ResourceArns } from '../grants.ts';
import type { NameOf } from '../names.ts';
import { TaskFunction } from '../task-function.ts';
import { apiGrants } from './grants.ts';
import { HttpApi } from './http-api.ts';
import { PageBucket } from './page-bucket.ts';
import { SignIn } from './sign-in.ts';
import { Site } from './site.ts';

/** What is built for the dashboard. */
export interface DashboardCode {
  readonly api: CodePath;
  /** Empty where nothing is deployed. */
  readonly page: readonly PageFile[];
}

export interface DashboardProps {
  readonly nameOf: NameOf;
  readonly config: Config;
  readonly accountId: string;
  readonly code: DashboardCode;
  readonly photos: S3Bucket;
  readonly arns: ResourceArns;
  /** What the API works with. */
  readonly deployment: Deployment;
}

/** The page and its API, for whoever has an account in the user pool. */
export class Dashboard extends Construct {
  readonly function: LambdaFunction;
  readonly outputs: Required<Pick<Deployment, 'dashboard_url' | 'api_url' | 'user_pool_id'>>;

  constructor(scope: Construct, props: DashboardProps) {
    super(scope, 'dashboard');
    const { nameOf, config, accountId, code, photos, arns, deployment } = props;
    const photosUrl = `https://${photos.bucketRegionalDomainName}`;
    this.function = new TaskFunction(this, 'dashboard-api', {
      nameOf,
      config,
      accountId,
      code: code.api,
      // Scales photos.
      memoryMb: PIXELS,
      timeoutSeconds: 29,
      variables: {
        // The functions' names would not fit into the 4 KB of all variables, and the API calls none of them.
        DEPLOYMENT: JSON.stringify({ ...deployment, functions: {} }),
        BUCKET_URL: photosUrl,
      },
      grants: apiGrants(arns),
    }).function;
    const signIn = new SignIn(this, { nameOf, config, accountId });
    const http = new HttpApi(this, nameOf('rollcall-dashboard'), config, this.function);
    const page = new PageBucket(this, nameOf(`rollcall-page-${accountId}`), config, code.page);
    const { distribution } = new Site(this, {
      name: nameOf('rollcall-dashboard'),
      page: page.bucket,
      apiHost: `${http.api.id}.execute-api.${config.region}.amazonaws.com`,
      sources: { connect: [signIn.domain, photosUrl], images: [photosUrl] },
    });
    const url = `https://${distribution.domainName}`;
    const client = signIn.addClient(url);
    http.addRoute(signIn.issuer, client.id);
    page.allow(distribution.arn);
    page.addConfig({ sign_in: { issuer: signIn.issuer, client_id: client.id, domain: signIn.domain } });
    new S3BucketCorsConfiguration(this, 'uploads', {
      bucket: photos.id,
      corsRule: [
        {
          allowedOrigins: [url],
          allowedMethods: ['PUT'],
          allowedHeaders: ['content-type', 'x-amz-meta-*'],
          maxAgeSeconds: 3600,
        },
      ],
    });
    this.outputs = { dashboard_url: url, api_url: http.api.apiEndpoint, user_pool_id: signIn.userPool.id };
  }
}
