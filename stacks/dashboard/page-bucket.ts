import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object/index.js';
import { Construct } from 'constructs';
import type { Config } from '../../schemas/config.ts';
import type { PageConfig } from '../../schemas/dashboard.ts';
import type { PageFile } from '../bundles/page.ts';
import { policy, tlsOnly } from '../policy.ts';

/** The files of the page, which only CloudFront reads. They can be built again, so the bucket has no versions. */
export class PageBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly #block: S3BucketPublicAccessBlock;
  readonly #config: Config;

  constructor(scope: Construct, name: string, config: Config, files: readonly PageFile[]) {
    super(scope, 'page');
    this.#config = config;
    this.bucket = new S3Bucket(this, 'bucket', { bucket: name, forceDestroy: true });
    const bucket = this.bucket.id;
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    new S3BucketOwnershipControls(this, 'ownership', { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } });
    this.#block = new S3BucketPublicAccessBlock(this, 'public-access', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const isAsset = ({ key }: PageFile) => key.startsWith('assets/');
    const assets = files.filter(isAsset).map((file) => this.#add(file, []));
    // What refers to the others comes last.
    for (const file of files.filter((one) => !isAsset(one))) this.#add(file, assets);
  }

  #add({ key, source, type, cacheControl }: PageFile, dependsOn: readonly S3Object[]): S3Object {
    return new S3Object(this, key, {
      bucket: this.bucket.id,
      key,
      source,
      sourceHash: `\${filemd5("${source}")}`,
      contentType: type,
      cacheControl,
      dependsOn: [...dependsOn],
    });
  }

  addConfig(config: PageConfig): void {
    new S3Object(this, 'config', {
      bucket: this.bucket.id,
      key: 'config.json',
      content: JSON.stringify(config),
      contentType: 'application/json',
      cacheControl: 'no-cache',
    });
  }

  /** Lets one distribution of CloudFront read, and nobody else. */
  allow(distributionArn: string): void {
    const { bucket } = this;
    // It would deny every request to a plain HTTP endpoint.
    const tls = this.#config.endpointUrl?.startsWith('http:') ? [] : [tlsOnly(bucket.arn)];
    new S3BucketPolicy(this, 'policy', {
      bucket: bucket.id,
      policy: policy([
        {
          Sid: 'FromItsDistribution',
          Effect: 'Allow',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Action: ['s3:GetObject'],
          Resource: [`${bucket.arn}/*`],
          Condition: { StringEquals: { 'aws:SourceArn': distributionArn } },
        },
        ...tls,
      ]),
      // S3 refuses concurrent changes of a bucket's access settings.
      dependsOn: [this.#block],
    });
  }
}
