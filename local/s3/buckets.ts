import { xml, type Handler } from './answer.ts';
import { S3Error } from './errors.ts';
import { prefixRange, type Bucket, type BucketConfig } from './catalog.ts';
import { causeOf } from './objects.ts';
import { header, type S3Request } from './request.ts';
import type { Shelf } from './shelf.ts';
import { inner, textOf, type Xml } from './xml.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const BUCKET_NAME = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
// DeleteObjects names 1,000 keys of 1,024 bytes, each of which XML can make six times as long.
const MAX_XML_BYTES = 8 * 1024 * 1024;

/** Makes a bucket, or gives one that exists this configuration. */
export async function configureBucket(shelf: Shelf, config: BucketConfig): Promise<void> {
  if (!BUCKET_NAME.test(config.name)) throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.');
  const created = (await shelf.catalog.buckets.get(config.name))?.created ?? shelf.now().toISOString();
  await shelf.catalog.buckets.put(config.name, { ...config, created });
}

export function bucketHandlers(
  shelf: Shelf,
): Record<
  | 'list'
  | 'create'
  | 'head'
  | 'remove'
  | 'location'
  | 'versioning'
  | 'setVersioning'
  | 'notification'
  | 'removeObjects',
  Handler
> {
  const list: Handler = async () => {
    const buckets = await shelf.catalog.buckets.values().all();
    return xml('ListAllMyBucketsResult', {
      Owner: { ID: shelf.account, DisplayName: 'rollcall' },
      Buckets: { Bucket: buckets.map((bucket) => ({ Name: bucket.name, CreationDate: bucket.created })) },
    });
  };
  const create: Handler = async ({ bucket }) => {
    if (await shelf.catalog.buckets.get(bucket)) {
      throw new S3Error(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
      );
    }
    await configureBucket(shelf, { name: bucket, versioning: false, eventBridge: false, expirations: [] });
    return { status: 200, headers: { location: `/${bucket}` } };
  };
  const head: Handler = async (request) => {
    await shelf.bucket(request.bucket);
    return { status: 200, headers: { 'x-amz-bucket-region': shelf.region } };
  };
  const remove: Handler = async (request) => {
    const { name } = await shelf.bucket(request.bucket);
    const [left] = await shelf.catalog.versions.keys({ ...prefixRange(name, ''), limit: 1 }).all();
    if (left !== undefined) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
    await shelf.catalog.buckets.del(name);
    return { status: 204 };
  };
  const location: Handler = async (request) => {
    await shelf.bucket(request.bucket);
    // The oldest region's constraint is the empty one.
    return xml('LocationConstraint', shelf.region === 'us-east-1' ? '' : shelf.region);
  };
  const versioning: Handler = async (request) => {
    const bucket = await shelf.bucket(request.bucket);
    return xml('VersioningConfiguration', bucket.versioning ? { Status: 'Enabled' } : {});
  };
  const setVersioning: Handler = async (request) => {
    const bucket = await shelf.bucket(request.bucket);
    const status = textOf(await readXml(request), 'Status');
    await shelf.catalog.buckets.put(bucket.name, { ...bucket, versioning: status === 'Enabled' });
    return { status: 200 };
  };
  const notification: Handler = async (request) => {
    const { eventBridge } = await shelf.bucket(request.bucket);
    return xml('NotificationConfiguration', eventBridge ? { EventBridgeConfiguration: {} } : {});
  };
  const removeObjects: Handler = async (request) => {
    const bucket = await shelf.bucket(request.bucket);
    return deleteListed(shelf, bucket, request, await readXml(request));
  };
  return { list, create, head, remove, location, versioning, setVersioning, notification, removeObjects };
}

async function deleteListed(shelf: Shelf, bucket: Bucket, request: S3Request, body: string) {
  const asked = inner(body, 'Object').map((object) => ({
    key: textOf(object, 'Key'),
    id: textOf(object, 'VersionId'),
  }));
  if (asked.length === 0 || asked.length > 1000) throw malformed();
  const quiet = textOf(body, 'Quiet') === 'true';
  const cause = causeOf(request, 'DeleteObject');
  const deleted: Xml[] = [];
  for (const { key, id } of asked) {
    if (key === undefined) throw malformed();
    if (id !== undefined) {
      const gone = await shelf.removeVersion(bucket, key, id, cause);
      const marker = gone && !gone.content ? { DeleteMarker: true, DeleteMarkerVersionId: id } : {};
      deleted.push({ Key: key, VersionId: id, ...marker });
    } else {
      const hidden = await shelf.hide(bucket, key, cause);
      const marker = bucket.versioning && hidden ? { DeleteMarker: true, DeleteMarkerVersionId: hidden.versionId } : {};
      deleted.push({ Key: key, ...marker });
    }
  }
  return xml('DeleteResult', quiet ? {} : { Deleted: deleted });
}

export async function readXml(request: S3Request): Promise<string> {
  if (Number(header(request, 'content-length')) > MAX_XML_BYTES) throw malformed();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_XML_BYTES) throw malformed();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function malformed(): S3Error {
  return new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
