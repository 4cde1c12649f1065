import type { IncomingMessage } from 'node:http';
import type { Call } from '../../local/calls.ts';
import { describeRequest } from '../../recording/recorded-content.ts';
import type { RequiredPermission } from './iam.ts';

/** One request of a function, with the HTTP status of the answer. */
export interface ObservedCall extends Call {
  readonly request: Readonly<Record<string, unknown>>;
  readonly status: number;
}

export async function observeCall(
  call: Call,
  message: IncomingMessage,
  body: Buffer,
  status: number,
): Promise<ObservedCall> {
  return { ...call, request: await describeRequest(call, message, body), status };
}

const arnHere = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;

/**
 * The permissions that IAM requires of the caller, from the service authorization reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export function requiredPermissions(call: ObservedCall): RequiredPermission[] {
  const { service, operation } = call;
  const permissions = PERMISSIONS[`${service}.${operation}`];
  if (!permissions) throw new Error(`PERMISSIONS has no entry for ${service}.${operation}.`);
  return permissions(call);
}

interface S3Object {
  readonly Bucket: string;
  readonly Name: string;
  readonly Version?: string;
}

const read = (bucket: string, key: string, version: string | undefined): RequiredPermission => ({
  action: version === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
  resource: `arn:aws:s3:::${bucket}/${key}`,
});

/** S3 answers 404 for a missing object only to those who may list the bucket, with the key as the prefix. */
function get({ request, status }: ObservedCall): RequiredPermission[] {
  const { bucket, key, version_id } = request as { bucket: string; key: string; version_id?: string };
  const missing = status === 404 ? [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, prefix: key }] : [];
  return [read(bucket, key, version_id), ...missing];
}

const change = ({ operation, request }: ObservedCall): RequiredPermission[] => [
  { action: `s3:${operation}`, resource: `arn:aws:s3:::${String(request['bucket'])}/${String(request['key'])}` },
];

function table({ operation, request }: ObservedCall): RequiredPermission[] {
  const { TableName, IndexName, Key } = request as {
    TableName: string;
    IndexName?: string;
    Key?: Readonly<Record<string, unknown>>;
  };
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  const resource = arnHere('dynamodb', `table/${TableName}${index}`);
  const partition = Key?.['image_id'] ?? Key?.['person_id'];
  return [
    { action: `dynamodb:${operation}`, resource, ...(typeof partition === 'string' ? { prefix: partition } : {}) },
  ];
}

/** Rekognition reads a picture in S3 with the permissions of its caller. */
function rekognition({ operation, request }: ObservedCall): RequiredPermission[] {
  const { CollectionId, Image } = request as { CollectionId?: string; Image?: { S3Object?: S3Object } };
  const resource = CollectionId === undefined ? '*' : arnHere('rekognition', `collection/${CollectionId}`);
  const picture = Image?.S3Object;
  return [
    { action: `rekognition:${operation}`, resource },
    ...(picture ? [read(picture.Bucket, picture.Name, picture.Version)] : []),
  ];
}

const deleteVersions = ({ request }: ObservedCall): RequiredPermission[] =>
  (request['keys'] as string[]).map((key) => ({
    action: 's3:DeleteObjectVersion',
    resource: `arn:aws:s3:::${String(request['bucket'])}/${key}`,
  }));

function queue({ operation, request }: ObservedCall): RequiredPermission[] {
  const name = String(request['QueueName'] ?? request['QueueUrl'])
    .split('/')
    .at(-1);
  return [{ action: `sqs:${operation}`, resource: arnHere('sqs', String(name)) }];
}

const states = ({ operation, request }: ObservedCall): RequiredPermission[] => [
  { action: `states:${operation}`, resource: String(request['executionArn'] ?? request['stateMachineArn']) },
];

const PERMISSIONS: Readonly<Record<string, (call: ObservedCall) => RequiredPermission[]>> = {
  's3.GetObject': get,
  's3.HeadObject': get,
  's3.GetObjectTagging': ({ request }) => [
    {
      action: request['version_id'] === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging',
      resource: `arn:aws:s3:::${String(request['bucket'])}/${String(request['key'])}`,
    },
  ],
  's3.PutObject': change,
  's3.DeleteObject': change,
  's3.ListObjectVersions': ({ request }) => [
    {
      action: 's3:ListBucketVersions',
      resource: `arn:aws:s3:::${String(request['bucket'])}`,
      prefix: String(request['prefix'] ?? ''),
    },
  ],
  's3.DeleteObjects': deleteVersions,
  'dynamodb.BatchGetItem': ({ request }) =>
    Object.keys(request['RequestItems'] as object).map((name) => ({
      action: 'dynamodb:BatchGetItem',
      resource: arnHere('dynamodb', `table/${name}`),
    })),
  'dynamodb.GetItem': table,
  'dynamodb.PutItem': table,
  'dynamodb.UpdateItem': table,
  'dynamodb.DeleteItem': table,
  'dynamodb.Query': table,
  'rekognition.DetectFaces': rekognition,
  'rekognition.IndexFaces': rekognition,
  'rekognition.DeleteFaces': rekognition,
  'rekognition.ListFaces': rekognition,
  'rekognition.SearchFacesByImage': rekognition,
  'rekognition.SearchFaces': rekognition,
  'rekognition.DescribeCollection': rekognition,
  'rekognition.CreateUser': rekognition,
  'rekognition.DeleteUser': rekognition,
  'rekognition.ListUsers': rekognition,
  'rekognition.AssociateFaces': rekognition,
  'rekognition.DisassociateFaces': rekognition,
  'sqs.GetQueueUrl': queue,
  'sqs.ReceiveMessage': queue,
  'sqs.ChangeMessageVisibility': queue,
  'sqs.DeleteMessage': queue,
  'stepFunctions.GetExecutionHistory': states,
  'stepFunctions.DescribeExecution': states,
  'stepFunctions.ListExecutions': states,
  'stepFunctions.StartExecution': states,
  'stepFunctions.RedriveExecution': states,
  'stepFunctions.DescribeStateMachine': states,
  'stepFunctions.DescribeStateMachineForExecution': states,
};
