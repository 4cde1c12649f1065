import type { IncomingMessage } from 'node:http';
import type { Call } from '../../local/calls.ts';
import { requestOf } from '../../recording/recorded-content.ts';
import type { Need } from './iam.ts';

/** One request of a function, and how it was answered. */
export interface Heard extends Call {
  readonly request: Readonly<Record<string, unknown>>;
  readonly status: number;
}

export async function heard(call: Call, message: IncomingMessage, body: Buffer, status: number): Promise<Heard> {
  return { ...call, request: await requestOf(call, message, body), status };
}

const here = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;

/**
 * What IAM asks of the caller, by the service authorization reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export function needsOf(call: Heard): Need[] {
  const { service, operation } = call;
  const needs = NEEDS[`${service}.${operation}`];
  if (!needs) throw new Error(`Nobody has said which rights ${service}.${operation} needs.`);
  return needs(call);
}

interface S3Object {
  readonly Bucket: string;
  readonly Name: string;
  readonly Version?: string;
}

const read = (bucket: string, key: string, version: string | undefined): Need => ({
  action: version === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
  resource: `arn:aws:s3:::${bucket}/${key}`,
});

/** Of an object that is not there S3 says so only to those who may list the bucket: the key counts as the prefix. */
function get({ request, status }: Heard): Need[] {
  const { bucket, key, version_id } = request as { bucket: string; key: string; version_id?: string };
  const missing = status === 404 ? [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, prefix: key }] : [];
  return [read(bucket, key, version_id), ...missing];
}

const change = ({ operation, request }: Heard): Need[] => [
  { action: `s3:${operation}`, resource: `arn:aws:s3:::${String(request['bucket'])}/${String(request['key'])}` },
];

function table({ operation, request }: Heard): Need[] {
  const { TableName, IndexName } = request as { TableName: string; IndexName?: string };
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  return [{ action: `dynamodb:${operation}`, resource: here('dynamodb', `table/${TableName}${index}`) }];
}

/** Rekognition reads a picture in S3 with the rights of whoever calls it. */
function rekognition({ operation, request }: Heard): Need[] {
  const { CollectionId, Image } = request as { CollectionId?: string; Image?: { S3Object?: S3Object } };
  const resource = CollectionId === undefined ? '*' : here('rekognition', `collection/${CollectionId}`);
  const picture = Image?.S3Object;
  return [
    { action: `rekognition:${operation}`, resource },
    ...(picture ? [read(picture.Bucket, picture.Name, picture.Version)] : []),
  ];
}

const history = ({ request }: Heard): Need[] => [
  { action: 'states:GetExecutionHistory', resource: String(request['executionArn']) },
];

const NEEDS: Readonly<Record<string, (call: Heard) => Need[]>> = {
  's3.GetObject': get,
  's3.HeadObject': get,
  's3.PutObject': change,
  's3.DeleteObject': change,
  'dynamodb.GetItem': table,
  'dynamodb.PutItem': table,
  'dynamodb.UpdateItem': table,
  'dynamodb.DeleteItem': table,
  'dynamodb.Query': table,
  'rekognition.DetectFaces': rekognition,
  'rekognition.IndexFaces': rekognition,
  'rekognition.SearchFacesByImage': rekognition,
  'rekognition.DescribeCollection': rekognition,
  'stepFunctions.GetExecutionHistory': history,
};
