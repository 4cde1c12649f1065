import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EventBridgeEvent } from '../../../local/events/event.ts';
import { anAccount, NOW, type Account } from './account.ts';

let account: Account;
beforeEach(async () => {
  account = await anAccount();
  await account.s3.createBucket({ name: 'photos', versioning: true, eventBridge: true, expirations: [] });
  await account.s3.createBucket({ name: 'plain', versioning: false, eventBridge: true, expirations: [] });
  await account.s3.createBucket({ name: 'quiet', versioning: false, eventBridge: false, expirations: [] });
});
afterEach(() => account.close());

const put = (Bucket: string, Key: string, Body = 'hello\n') =>
  account.client.send(new PutObjectCommand({ Bucket, Key, Body }));

test('an object causes an event of the documented shape, with its key unencoded', async () => {
  const key = 'input/a+b 100%é\n.jpg';
  const { VersionId, $metadata } = await put('photos', key);
  await account.s3.idle();
  expect(account.events).toStrictEqual([
    {
      version: '0',
      id: 'id-2',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '123456789012',
      time: NOW.replace('.000', ''),
      region: 'us-east-1',
      resources: ['arn:aws:s3:::photos'],
      detail: {
        version: '0',
        bucket: { name: 'photos' },
        object: {
          key,
          size: 6,
          etag: 'b1946ac92492d2347c6235b4d2611184',
          'version-id': VersionId,
          sequencer: '000001000000000001',
        },
        'request-id': $metadata.requestId,
        requester: '123456789012',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    },
  ]);
});

test('each way to create an object has its reason, and without versioning there is no version id', async () => {
  await put('plain', 'a');
  await account.client.send(new CopyObjectCommand({ Bucket: 'plain', Key: 'b', CopySource: 'plain/a' }));
  const at = { Bucket: 'plain', Key: 'c' };
  const { UploadId } = await account.client.send(new CreateMultipartUploadCommand(at));
  const { ETag, ChecksumCRC32 } = await account.client.send(
    new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'part' }),
  );
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumCRC32 }] };
  await account.client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
  await account.client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'a' }));
  await account.client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'never' }));
  await put('quiet', 'a');
  await account.s3.idle();
  const told = (account.events as EventBridgeEvent[]).map((event) => {
    const object = event.detail['object'] as Record<string, unknown>;
    return [event['detail-type'], event.detail['reason'], object['key'], 'version-id' in object];
  });
  expect(told).toStrictEqual([
    ['Object Created', 'PutObject', 'a', false],
    ['Object Created', 'CopyObject', 'b', false],
    ['Object Created', 'CompleteMultipartUpload', 'c', false],
    ['Object Deleted', 'DeleteObject', 'a', false],
  ]);
});

test('sequencers increase, also over a restart', async () => {
  const folder = account.folder;
  const sequencers: unknown[] = [];
  const deliver = async (event: EventBridgeEvent) =>
    void sequencers.push((event.detail['object'] as { sequencer: string }).sequencer);
  await put('photos', 'a');
  await put('photos', 'a');
  await account.s3.idle();
  for (const event of account.events as EventBridgeEvent[]) await deliver(event);
  await account.stop();
  const later = await anAccount({ folder, deliver });
  await later.client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'a', Body: 'x' }));
  await later.s3.idle();
  await later.close();
  expect(sequencers).toStrictEqual(['000001000000000001', '000001000000000002', '000002000000000001']);
});

test('an event that the bus did not accept is delivered again, also at the next start', async () => {
  const refusing = await anAccount({
    deliver: () => Promise.reject(new Error('the bus is down')),
  });
  await refusing.s3.createBucket({ name: 'photos', versioning: true, eventBridge: true, expirations: [] });
  await refusing.client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'kept', Body: 'x' }));
  await refusing.stop();
  const later = await anAccount({ folder: refusing.folder });
  await later.s3.idle();
  expect(
    (later.events as EventBridgeEvent[]).map(({ detail }) => (detail['object'] as { key: string }).key),
  ).toStrictEqual(['kept']);
  await later.close();
});
