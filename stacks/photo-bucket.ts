import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js';
import { S3BucketNotification } from '@cdktf/provider-aws/lib/s3-bucket-notification/index.js';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning/index.js';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js';
import { Construct } from 'constructs';
import type { Config } from '../schemas/config.ts';
import { PREFIXES } from '../schemas/keys.ts';
import { policy, tlsOnly } from './policy.ts';

/** The bucket for photos, crops and results: private, encrypted, versioned, and with events on EventBridge. */
export class PhotoBucket extends Construct {
  readonly bucket: S3Bucket;

  constructor(scope: Construct, name: string, config: Config) {
    super(scope, 'photos');
    this.bucket = new S3Bucket(this, 'bucket', {
      bucket: name,
      forceDestroy: config.disposable,
      lifecycle: { preventDestroy: !config.disposable },
    });
    const bucket = this.bucket.id;
    new S3BucketNotification(this, 'events', { bucket, eventbridge: true });
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    this.#lock(config);
    this.#expire(config, versioning);
  }

  #lock(config: Config): void {
    const bucket = this.bucket.id;
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [
        config.kmsKeyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: config.kmsKeyArn },
              // Makes one call to KMS serve many objects.
              bucketKeyEnabled: true,
            },
      ],
    });
    new S3BucketOwnershipControls(this, 'ownership', { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } });
    const block = new S3BucketPublicAccessBlock(this, 'public-access', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    // With a plain HTTP endpoint this policy would deny every request.
    if (config.endpointUrl?.startsWith('http:')) return;
    new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: policy([tlsOnly(this.bucket.arn)]),
      // S3 refuses concurrent changes of a bucket's access settings.
      dependsOn: [block],
    });
  }

  #expire(config: Config, versioning: S3BucketVersioningA): void {
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: this.bucket.id,
      rule: [
        {
          id: 'work-expires',
          status: 'Enabled',
          filter: [{ prefix: PREFIXES.work }],
          expiration: [{ days: config.workRetentionDays }],
        },
        {
          id: 'leftovers-expire',
          status: 'Enabled',
          filter: [{ prefix: '' }],
          // A delete marker without any version behind it. In the rule of work/, S3 does not allow this beside days.
          expiration: [{ expiredObjectDeleteMarker: true }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }],
          noncurrentVersionExpiration: [{ noncurrentDays: config.noncurrentRetentionDays }],
        },
      ],
      dependsOn: [versioning],
    });
  }
}
