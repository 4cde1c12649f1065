import { PREFIXES, type Prefix } from '../schemas/keys.ts';
import type { PaidOperation } from '../schemas/quotas.ts';
import type { IndexName } from '../schemas/tables.ts';
import { allow, type Statement } from './policy.ts';

/** The ARNs that grants refer to. */
export interface ResourceArns {
  readonly bucket: string;
  readonly results: string;
  readonly people: string;
  readonly decisions: string;
  readonly collection: string;
  /** The action that searches a face: of SearchFacesByImage or SearchUsersByImage, as is configured. */
  readonly search: string;
  readonly unknownCollection: string;
  /** The state machines that objects start, and their executions, whose failures are recorded. */
  readonly machines: readonly string[];
  readonly executions: readonly string[];
  /** The state machines that decide on faces without an object that started them. */
  readonly decidingMachines: readonly string[];
  /** The state machines that people start by what they ask for. */
  readonly askedMachines: readonly string[];
  readonly allMachines: readonly string[];
  readonly allExecutions: readonly string[];
  /** All dead-letter queues, and that of record-failure. */
  readonly deadLetters: readonly string[];
  readonly failureDeadLetters: string;
}

export interface TaskSettings {
  readonly memoryMb: number;
  /** Slightly less than the state's time-out, so that Step Functions sees the function's own error. */
  readonly timeoutSeconds: number;
  /** Exactly the calls that the task makes. */
  readonly grants: (resources: ResourceArns) => readonly Statement[];
}

/** Decoding a large photo needs memory, and Lambda allots CPU by memory. */
export const PIXELS = 2048;
export const CALLS = 512;

const under = (bucket: string, prefixes: readonly Prefix[]) =>
  prefixes.map((prefix) => `${bucket}/${PREFIXES[prefix]}*`);
/** Reads the version that the event names. */
export const readVersion = (bucket: string, prefix: Prefix) =>
  allow(['s3:GetObject', 's3:GetObjectVersion'], under(bucket, [prefix]));
/** S3 tells the number of tags only to those who may read them. */
export const readTags = (bucket: string, prefix: Prefix) =>
  allow(['s3:GetObjectTagging', 's3:GetObjectVersionTagging'], under(bucket, [prefix]));
export const read = (bucket: string, ...prefixes: Prefix[]) => allow(['s3:GetObject'], under(bucket, prefixes));
export const write = (bucket: string, prefix: Prefix) => allow(['s3:PutObject'], under(bucket, [prefix]));

export const index = (table: string, name: IndexName<'results'>) => `${table}/index/${name}`;

/** Reads and removes the versions of objects for good. */
export const readVersions = (bucket: string, ...prefixes: Prefix[]) =>
  allow(['s3:GetObjectVersion'], under(bucket, prefixes));
export const removeVersions = (bucket: string, ...prefixes: Prefix[]) => [
  listVersions(bucket, ...prefixes),
  allow(['s3:DeleteObjectVersion'], under(bucket, prefixes)),
];
export const listVersions = (bucket: string, ...prefixes: Prefix[]) =>
  allow(['s3:ListBucketVersions'], [bucket], {
    StringLike: { 's3:prefix': prefixes.map((prefix) => `${PREFIXES[prefix]}*`) },
  });

/** Removes the current version. Older ones expire. */
export const removePortraits = (bucket: string) => allow(['s3:DeleteObject'], under(bucket, ['enroll']));

/** Also from users, which Rekognition demands first. */
export const removeFaces = (collection: string) =>
  allow(['rekognition:DeleteFaces', 'rekognition:DisassociateFaces'], [collection]);

/** A crop is removed together with the row that refers to it. */
export const removeCrops = (bucket: string) => allow(['s3:DeleteObject'], under(bucket, ['faces']));

/** For a key that may not exist: without this right S3 answers 403 instead of 404. It checks the key as the prefix. */
export const seek = (bucket: string, ...prefixes: Prefix[]) =>
  allow(['s3:ListBucket'], [bucket], { StringLike: { 's3:prefix': prefixes.map((prefix) => `${PREFIXES[prefix]}*`) } });

/** The meter of each paid operation is an item of the table of results. */
export const reserve = (results: string, ...operations: PaidOperation[]) =>
  allow(['dynamodb:UpdateItem'], [results], {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': operations },
  });

/** Rewrites the rows of a photo's faces as they follow from searches and decisions. */
export const derive = ({ results, people, decisions }: Pick<ResourceArns, 'results' | 'people' | 'decisions'>) => [
  allow(
    ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    [results],
  ),
  allow(['dynamodb:GetItem'], [people]),
  allow(['dynamodb:Query'], [decisions]),
];

/** DetectFaces supports no resource. Rekognition reads the picture with the caller's rights. */
export const detect = allow(['rekognition:DetectFaces'], ['*']);
