import { prefixRange, type Bucket, type BucketConfig } from './catalog.ts';
import { S3Error } from './errors.ts';
import { causeOf } from './objects.ts';
import { header, type S3Request } from './request.ts';
import { xmlResponse, type Handler } from './response.ts';
import type { S3Storage } from './storage.ts';
import { innerXml, elementText, type Xml } from './xml.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const BUCKET_NAME = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
// A DeleteObjects request lists up to 1,000 keys of 1,024 bytes, and XML escapes can make each six times as long.
const MAX_XML_BYTES = 8 * 1024 * 1024;

/** Creates a bucket, or replaces the configuration of an existing one. */
export async function configureBucket(storage: S3Storage, config: BucketConfig): Promise<void> {
  if (!BUCKET_NAME.test(config.name)) throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.');
  const created = (await storage.catalog.buckets.get(config.name))?.created ?? storage.now().toISOString();
  await storage.catalog.buckets.put(config.name, { ...config, created });
}

export function bucketHandlers(
  storage: S3Storage,
): Record<
  | 'listBuckets'
  | 'createBucket'
  | 'headBucket'
  | 'deleteBucket'
  | 'getBucketLocation'
  | 'getBucketVersioning'
  | 'putBucketVersioning'
  | 'getBucketNotification'
  | 'deleteObjects',
  Handler
> {
  const listBuckets: Handler = async () => {
    const buckets = await storage.catalog.buckets.values().all();
    return xmlResponse('ListAllMyBucketsResult', {
      Owner: { ID: storage.accountId, DisplayName: 'rollcall' },
      Buckets: { Bucket: buckets.map((bucket) => ({ Name: bucket.name, CreationDate: bucket.created })) },
    });
  };
  const createBucket: Handler = async ({ bucket }) => {
    if (await storage.catalog.buckets.get(bucket)) {
      throw new S3Error(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
      );
    }
    await configureBucket(storage, { name: bucket, versioning: false, eventBridge: false, expirations: [] });
    return { status: 200, headers: { location: `/${bucket}` } };
  };
  const headBucket: Handler = async (request) => {
    await storage.bucket(request.bucket);
    return { status: 200, headers: { 'x-amz-bucket-region': storage.region } };
  };
  const deleteBucket: Handler = async (request) => {
    const { name } = await storage.bucket(request.bucket);
    const [remaining] = await storage.catalog.versions.keys({ ...prefixRange(name, ''), limit: 1 }).all();
    if (remaining !== undefined) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
    await storage.catalog.buckets.del(name);
    return { status: 204 };
  };
  const getBucketLocation: Handler = async (request) => {
    await storage.bucket(request.bucket);
    // S3 gives an empty constraint for us-east-1.
    return xmlResponse('LocationConstraint', storage.region === 'us-east-1' ? '' : storage.region);
  };
  const getBucketVersioning: Handler = async (request) => {
    const bucket = await storage.bucket(request.bucket);
    return xmlResponse('VersioningConfiguration', bucket.versioning ? { Status: 'Enabled' } : {});
  };
  const putBucketVersioning: Handler = async (request) => {
    const bucket = await storage.bucket(request.bucket);
    const status = elementText(await readXml(request), 'Status');
    await storage.catalog.buckets.put(bucket.name, { ...bucket, versioning: status === 'Enabled' });
    return { status: 200 };
  };
  const getBucketNotification: Handler = async (request) => {
    const { eventBridge } = await storage.bucket(request.bucket);
    return xmlResponse('NotificationConfiguration', eventBridge ? { EventBridgeConfiguration: {} } : {});
  };
  const deleteObjects: Handler = async (request) => {
    const bucket = await storage.bucket(request.bucket);
    return deleteAll(storage, bucket, request, await readXml(request));
  };
  return {
    listBuckets,
    createBucket,
    headBucket,
    deleteBucket,
    getBucketLocation,
    getBucketVersioning,
    putBucketVersioning,
    getBucketNotification,
    deleteObjects,
  };
}

async function deleteAll(storage: S3Storage, bucket: Bucket, request: S3Request, body: string) {
  const listed = innerXml(body, 'Object').map((object) => ({
    key: elementText(object, 'Key'),
    id: elementText(object, 'VersionId'),
  }));
  if (listed.length === 0 || listed.length > 1000) throw malformedXml();
  const quiet = elementText(body, 'Quiet') === 'true';
  const cause = causeOf(request, 'DeleteObject');
  const deleted: Xml[] = [];
  for (const { key, id } of listed) {
    if (key === undefined) throw malformedXml();
    if (id !== undefined) {
      const removed = await storage.deleteVersion(bucket, key, id, cause);
      const marker = removed && !removed.content ? { DeleteMarker: true, DeleteMarkerVersionId: id } : {};
      deleted.push({ Key: key, VersionId: id, ...marker });
    } else {
      const deletedVersion = await storage.deleteObject(bucket, key, cause);
      const marker =
        bucket.versioning && deletedVersion
          ? { DeleteMarker: true, DeleteMarkerVersionId: deletedVersion.versionId }
          : {};
      deleted.push({ Key: key, ...marker });
    }
  }
  return xmlResponse('DeleteResult', quiet ? {} : { Deleted: deleted });
}

export async function readXml(request: S3Request): Promise<string> {
  if (Number(header(request, 'content-length')) > MAX_XML_BYTES) throw malformedXml();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_XML_BYTES) throw malformedXml();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function malformedXml(): S3Error {
  return new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
