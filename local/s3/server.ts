import { randomUUID } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { EventBridgeEvent } from '../events/event.ts';
import { send } from '../http.ts';
import { Outbox } from '../outbox.ts';
import { openSequence } from '../sequence.ts';
import type { Store } from '../store.ts';
import { Blobs } from './blobs.ts';
import { bucketHandlers, configureBucket } from './buckets.ts';
import { openCatalog, type BucketConfig } from './catalog.ts';
import { S3Error } from './errors.ts';
import { startLifecycle } from './lifecycle.ts';
import { listObjects, listVersions } from './listing.ts';
import { multipartHandlers } from './multipart.ts';
import { findVersion, objectHandlers } from './objects.ts';
import { routeOf, readRequest, type S3Request } from './request.ts';
import type { S3Response, Handler } from './response.ts';
import { S3Storage } from './storage.ts';
import { startSweep } from './sweep.ts';
import { xmlErrorDocument } from './xml.ts';

export interface S3 {
  readonly handler: RequestListener;
  /** Creates a bucket, or replaces the configuration of an existing one. */
  createBucket(config: BucketConfig): Promise<void>;
  readObject(bucket: string, key: string, versionId?: string): Promise<Buffer>;
  /** Resolves when the event bus has accepted the event of every acknowledged object. */
  idle(): Promise<void>;
  /** Resolves when everything that had expired by the start is deleted. */
  readonly expired: Promise<void>;
  /** Resolves when every blob that was unreachable at the start is deleted. */
  readonly swept: Promise<void>;
  close(): Promise<void>;
}

/**
 * S3 over a folder of blobs and an index in the store. An object is acknowledged once it is committed together with
 * its event, which `deliver` then gets at least once.
 */
export async function startS3(options: {
  store: Store;
  folder: string;
  deliver: (event: EventBridgeEvent) => Promise<void>;
  /** What is expired or unreachable is deleted once this has settled. Default: at once. */
  after?: Promise<unknown>;
  region?: string;
  accountId?: string;
  now?: () => Date;
  newId?: () => string;
  report?: (error: unknown) => void;
}): Promise<S3> {
  const { store, folder, deliver, report = () => {} } = options;
  const catalog = openCatalog(store);
  const blobs = new Blobs(folder);
  const outbox = new Outbox({ events: catalog.outbox, deliver, report });
  const storage = new S3Storage({
    catalog,
    blobs,
    region: options.region ?? 'us-east-1',
    accountId: options.accountId ?? '000000000000',
    now: options.now ?? (() => new Date()),
    newId: options.newId ?? randomUUID,
    sequence: await openSequence(store, 's3'),
    outbox,
  });
  const routes = routesOf(storage);
  const lifecycle = startLifecycle(storage, report, options.after);
  const sweep = await startSweep({ catalog, blobs, after: lifecycle.appliedAtStart, report });
  outbox.wake();

  return {
    handler: (request, response) => {
      const id = randomUUID();
      let read: S3Request | undefined;
      const answer = async () => {
        read = readRequest(request, id);
        const operation = routes[routeOf(read)];
        if (!operation) throw new S3Error('NotImplemented', 'The local S3 does not implement this operation.');
        return operation(read);
      };
      answer()
        .catch((error: unknown) => {
          // The client disconnected in the middle of its body: nobody waits for a response.
          if (request.readableAborted) throw error;
          return errorResponse(error, request.url ?? '', id, report);
        })
        .then((given) => sendResponse(response, request.method === 'HEAD', id, given))
        // An unread rest of the body must not stall the connection.
        .then(() => request.resume())
        // The client disconnected, or a blob could not be read after the headers were sent.
        .catch(() => response.destroy());
    },
    createBucket: (config) => configureBucket(storage, config),
    readObject: async (bucket, key, versionId) => {
      const { content } = await findVersion(storage, { bucket, key, versionId: versionId ?? null });
      return blobs.read(content);
    },
    idle: () => outbox.idle(),
    expired: lifecycle.appliedAtStart,
    swept: sweep.done,
    close: async () => {
      await lifecycle.close();
      await sweep.close();
      await outbox.close();
    },
  };
}

function routesOf(storage: S3Storage): Readonly<Record<string, Handler>> {
  const buckets = bucketHandlers(storage);
  const objects = objectHandlers(storage);
  const multipart = multipartHandlers(storage);
  return {
    'GET service': buckets.listBuckets,
    'PUT bucket': buckets.createBucket,
    'HEAD bucket': buckets.headBucket,
    'DELETE bucket': buckets.deleteBucket,
    'GET bucket location': buckets.getBucketLocation,
    'GET bucket versioning': buckets.getBucketVersioning,
    'PUT bucket versioning': buckets.putBucketVersioning,
    'GET bucket notification': buckets.getBucketNotification,
    'GET bucket list': listObjects(storage),
    'GET bucket versions': listVersions(storage),
    'POST bucket delete': buckets.deleteObjects,
    'PUT object': objects.putObject,
    'PUT object copy': objects.copyObject,
    'GET object': objects.getObject,
    'GET object tagging': objects.getObjectTagging,
    'HEAD object': objects.headObject,
    'DELETE object': objects.deleteObject,
    'POST object uploads': multipart.createMultipartUpload,
    'PUT object uploadId': multipart.uploadPart,
    'POST object uploadId': multipart.completeMultipartUpload,
    'DELETE object uploadId': multipart.abortMultipartUpload,
    'GET object uploadId': multipart.listParts,
  };
}

function errorResponse(error: unknown, resource: string, id: string, report: (error: unknown) => void): S3Response {
  const known = error instanceof S3Error;
  if (!known) report(error);
  const body = xmlErrorDocument({
    Code: known ? error.code : 'InternalError',
    Message: known ? error.message : 'We encountered an internal error. Please try again.',
    Resource: resource,
    RequestId: id,
  });
  const headers = { ...(known && error.headers), 'content-type': 'application/xml' };
  return { status: known ? error.status : 500, headers, body };
}

async function sendResponse(response: ServerResponse, isHead: boolean, id: string, answer: S3Response): Promise<void> {
  const { status, body = '' } = answer;
  const headers = { ...answer.headers, 'x-amz-request-id': id, 'x-amz-id-2': id };
  if (typeof body === 'object') {
    response.writeHead(status, headers);
    await pipeline(body, response);
  } else if (isHead || status === 204 || status === 304) {
    response.writeHead(status, headers).end();
  } else {
    send(response, status, headers, body);
  }
}
