import {
  CreateCollectionCommand,
  DeleteCollectionCommand,
  DescribeCollectionCommand,
  ListCollectionsCommand,
  ListTagsForResourceCommand,
  type RekognitionClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-rekognition';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AT, errorOf, type Running, startService } from './service.ts';

let service: Running;
let client: RekognitionClient;
beforeAll(async () => {
  service = await startService();
  client = service.client;
});
afterAll(() => service.stop());

const ARN = 'arn:aws:rekognition:eu-west-1:123456789012:collection/';
const FaceModelVersion = 'face-api-1.7.15';
const create = (CollectionId: string, Tags?: Record<string, string>) =>
  client.send(new CreateCollectionCommand({ CollectionId, ...(Tags && { Tags }) }));
const answer = <Output extends { $metadata: unknown }>({ $metadata: _metadata, ...rest }: Output) => rest;

test('a collection is created, described, listed and deleted', async () => {
  expect(answer(await create('crew'))).toStrictEqual({
    StatusCode: 200,
    CollectionArn: ARN.replace('arn:', '') + 'crew',
    FaceModelVersion,
  });
  expect(answer(await client.send(new DescribeCollectionCommand({ CollectionId: 'crew' })))).toStrictEqual({
    FaceCount: 0,
    UserCount: 0,
    FaceModelVersion,
    CollectionARN: `${ARN}crew`,
    CreationTimestamp: AT,
  });
  expect(answer(await client.send(new ListCollectionsCommand({})))).toStrictEqual({
    CollectionIds: ['crew'],
    FaceModelVersions: [FaceModelVersion],
  });
  expect(answer(await client.send(new DeleteCollectionCommand({ CollectionId: 'crew' })))).toStrictEqual({
    StatusCode: 200,
  });
  expect(answer(await client.send(new ListCollectionsCommand({})))).toStrictEqual({
    CollectionIds: [],
    FaceModelVersions: [],
  });
});

test('an existing collection cannot be created, and a missing one cannot be described or deleted', async () => {
  await create('twice');
  expect(await errorOf(create('twice'))).toBe(
    'ResourceAlreadyExistsException: The collection id: twice already exists',
  );
  const missing = 'ResourceNotFoundException: The collection id: never does not exist';
  expect(await errorOf(client.send(new DescribeCollectionCommand({ CollectionId: 'never' })))).toBe(missing);
  expect(await errorOf(client.send(new DeleteCollectionCommand({ CollectionId: 'never' })))).toBe(missing);
});

test('exactly one of many concurrent requests creates the collection', async () => {
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => create('race')));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('an id that violates the pattern is refused with the name of its field', async () => {
  const start =
    "InvalidParameterException: 1 validation error detected: Value at 'collectionId' failed to satisfy constraint: Member must";
  expect(await errorOf(create('my faces'))).toBe(`${start} satisfy regular expression pattern: [a-zA-Z0-9_.-]+`);
  expect(await errorOf(create('x'.repeat(256)))).toBe(`${start} have length less than or equal to 255`);
});

test('collections are listed in pages, and a made-up token is refused', async () => {
  for (const n of [1, 2, 3]) await create(`page-${n}`);
  const ids: string[] = [];
  const sizes: number[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListCollectionsCommand({ MaxResults: 2, ...(NextToken && { NextToken }) }));
    ids.push(...page.CollectionIds!);
    sizes.push(page.CollectionIds!.length);
    NextToken = page.NextToken;
  } while (NextToken);
  expect(ids).toStrictEqual(['page-1', 'page-2', 'page-3', 'race', 'twice']);
  expect(sizes).toStrictEqual([2, 2, 1]);
  expect(await errorOf(client.send(new ListCollectionsCommand({ NextToken: 'nonsense' })))).toBe(
    'InvalidPaginationTokenException: Invalid NextToken',
  );
});

test('tags are added, changed, removed and listed by the ARN with and without arn:', async () => {
  const { CollectionArn } = await create('tagged', { stage: 'dev', team: 'red' });
  const tags = async (ResourceArn: string) => (await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
  expect(await tags(CollectionArn!)).toStrictEqual({ stage: 'dev', team: 'red' });
  await client.send(new TagResourceCommand({ ResourceArn: `${ARN}tagged`, Tags: { team: 'blue', cost: '1 2' } }));
  expect(await tags(`${ARN}tagged`)).toStrictEqual({ stage: 'dev', team: 'blue', cost: '1 2' });
  await client.send(new UntagResourceCommand({ ResourceArn: `${ARN}tagged`, TagKeys: ['stage', 'unknown'] }));
  expect(await tags(`${ARN}tagged`)).toStrictEqual({ team: 'blue', cost: '1 2' });
});

test('tags of a resource that is no collection, and more than fifty tags, are refused', async () => {
  const list = (ResourceArn: string) => errorOf(client.send(new ListTagsForResourceCommand({ ResourceArn })));
  expect(await list(`${ARN}never`)).toBe(`ResourceNotFoundException: The resource ${ARN}never does not exist`);
  expect(await list('arn:aws:s3:::bucket')).toBe(
    'InvalidParameterException: Not the ARN of a collection: arn:aws:s3:::bucket',
  );
  const Tags = Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`tag${n}`, '']));
  expect(await errorOf(client.send(new TagResourceCommand({ ResourceArn: `${ARN}tagged`, Tags })))).toBe(
    'ServiceQuotaExceededException: A resource has at most 50 tags',
  );
});

test('an operation that is not served is refused by name', async () => {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'RekognitionService.DetectText' },
    body: '{}',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toStrictEqual({
    __type: 'UnknownOperationException',
    message: 'Unknown operation: DetectText',
  });
});

test('collections and tags survive a restart', async () => {
  service = await service.restart();
  client = service.client;
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceArn: `${ARN}tagged` }));
  expect(Tags).toStrictEqual({ team: 'blue', cost: '1 2' });
  const { CreationTimestamp } = await client.send(new DescribeCollectionCommand({ CollectionId: 'tagged' }));
  expect(CreationTimestamp).toStrictEqual(AT);
});
