import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type BucketLocationConstraint,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Failure } from '../failure.ts';

export interface StateBucket {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** False for an emulator without TLS, which the policy would lock out. */
  readonly tlsOnly: boolean;
}

/** How long replaced states are kept, in days: long enough to notice a damaged one. */
export const OLD_STATES_DAYS = 90;

/** Bucket names are unique in all of AWS, so the name contains the account; a bucket has one region. */
export const stateBucketName = (accountId: string, region: string) => `rollcall-state-${accountId}-${region}`;

/**
 * Creates the bucket for Terraform's state, unless this account has it. Another account may have taken the name to get
 * at the state, so the owner is checked.
 */
export async function createStateBucket(s3: S3Client, bucket: StateBucket): Promise<'created' | 'there already'> {
  if (await isOurs(s3, bucket)) return 'there already';
  // us-east-1 is the only region that must not be named.
  const LocationConstraint = bucket.region as BucketLocationConstraint;
  const elsewhere = bucket.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } };
  await s3.send(new CreateBucketCommand({ Bucket: bucket.name, ...elsewhere }));
  return 'created';
}

async function isOurs(s3: S3Client, { name, region, accountId }: StateBucket): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: accountId }));
    return true;
  } catch (error) {
    // The answer to HEAD has no body, so only the status tells what is wrong.
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404) return false;
    if (status === 301) throw new Failure(`The bucket ${name} is not in ${region}. Set stateRegion to its region.`);
    if (status !== 403) throw error;
    throw new Failure(
      `The bucket ${name} belongs to another account, or these credentials may not see it. ` +
        'Set stateBucket to another name in rollcall.config.ts, and run rollcall bootstrap again.',
      { cause: error },
    );
  }
}

/** Makes the bucket private, encrypted and versioned. Each setting replaces the one before, so it can be repeated. */
export async function protectStateBucket(s3: S3Client, bucket: StateBucket): Promise<void> {
  const its = { Bucket: bucket.name, ExpectedBucketOwner: bucket.accountId };
  await s3.send(
    new PutPublicAccessBlockCommand({
      ...its,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ ...its, OwnershipControls }));
  await s3.send(new PutBucketVersioningCommand({ ...its, VersioningConfiguration: { Status: 'Enabled' } }));
  const encrypted = { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }] };
  await s3.send(new PutBucketEncryptionCommand({ ...its, ServerSideEncryptionConfiguration: encrypted }));
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({ ...its, LifecycleConfiguration: { Rules: [OLD_STATES] } }),
  );
  if (bucket.tlsOnly) await s3.send(new PutBucketPolicyCommand({ ...its, Policy: tlsOnlyPolicy(bucket) }));
}

/** Each lock leaves a version and a delete marker behind. */
const OLD_STATES = {
  ID: 'old-states-expire',
  Status: 'Enabled' as const,
  Filter: { Prefix: '' },
  NoncurrentVersionExpiration: { NoncurrentDays: OLD_STATES_DAYS },
  Expiration: { ExpiredObjectDeleteMarker: true },
};

function tlsOnlyPolicy({ name, partition }: StateBucket): string {
  const arn = `arn:${partition}:s3:::${name}`;
  const statement = {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:*'],
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
