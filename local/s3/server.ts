import type { EventBridgeEvent } from '../events/event.ts';
import { randomUUID } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { send } from '../http.ts';
import { openSequence } from '../sequence.ts';
import type { Store } from '../store.ts';
import type { Answer, Handler } from './answer.ts';
import { Blobs } from './blobs.ts';
import { bucketHandlers, configureBucket } from './buckets.ts';
import { S3Error } from './errors.ts';
import { openCatalog, type BucketConfig, type Catalog } from './catalog.ts';
import { listObjects, listVersions } from './listing.ts';
import { find, objectHandlers } from './objects.ts';
import { applyLifecycle } from './lifecycle.ts';
import { multipartHandlers, uploadOf } from './multipart.ts';
import { drainOutbox } from './outbox.ts';
import { operationOf, readRequest, type S3Request } from './request.ts';
import { Shelf } from './shelf.ts';
import { errorDocument } from './xml.ts';

export interface S3 {
  readonly handler: RequestListener;
  /** Makes a bucket, or gives one that exists this configuration. */
  createBucket(config: BucketConfig): Promise<void>;
  readObject(bucket: string, key: string, versionId?: string): Promise<Buffer>;
  /** Resolves when every event of an acknowledged object is with the bus. */
  idle(): Promise<void>;
  /** Resolves when what had expired at the start is gone. */
  readonly expired: Promise<void>;
  close(): Promise<void>;
}

/**
 * S3 over a folder of blobs and an index in the store. An acknowledged object is committed, and with it the event
 * that `deliver` gets at least once.
 */
export async function startS3(options: {
  store: Store;
  folder: string;
  deliver: (event: EventBridgeEvent) => Promise<void>;
  region?: string;
  accountId?: string;
  now?: () => Date;
  newId?: () => string;
  report?: (error: unknown) => void;
}): Promise<S3> {
  const { store, folder, deliver, report = () => {} } = options;
  const catalog = openCatalog(store);
  const blobs = new Blobs(folder);
  await blobs.sweep(await referenced(catalog));
  const outbox = drainOutbox({ events: catalog.outbox, deliver, report });
  const shelf = new Shelf({
    catalog,
    blobs,
    region: options.region ?? 'us-east-1',
    account: options.accountId ?? '000000000000',
    now: options.now ?? (() => new Date()),
    newId: options.newId ?? randomUUID,
    sequence: await openSequence(store, 's3'),
    wake: outbox.wake,
  });
  const operations = handlers(shelf);
  const lifecycle = applyLifecycle(shelf, report);
  outbox.wake();

  return {
    handler: (request, response) => {
      const id = randomUUID();
      let read: S3Request | undefined;
      const answer = async () => {
        read = readRequest(request, id);
        const operation = operations[operationOf(read)];
        if (!operation) throw new S3Error('NotImplemented', 'The local S3 does not implement this operation.');
        return operation(read);
      };
      answer()
        .catch((error: unknown) => {
          // The client went away in the middle of its body: nobody waits for an answer.
          if (request.readableAborted) throw error;
          return failure(error, request.url ?? '', id, report);
        })
        .then((given) => respond(response, request.method === 'HEAD', id, given))
        // What the client did not read before the answer must not stall the connection.
        .then(() => request.resume())
        // The client has gone, or a blob could not be read after its headers were sent.
        .catch(() => response.destroy());
    },
    createBucket: (config) => configureBucket(shelf, config),
    readObject: async (bucket, key, versionId) => {
      const { content } = await find(shelf, { bucket, key, versionId: versionId ?? null });
      const file = await blobs.open(content.blob);
      // Not `await using`: Node 22 does not parse it.
      return file.readFile().finally(() => file.close());
    },
    idle: () => outbox.idle(),
    expired: lifecycle.applied,
    close: async () => {
      await lifecycle.close();
      await outbox.close();
    },
  };
}

function handlers(shelf: Shelf): Readonly<Record<string, Handler>> {
  const buckets = bucketHandlers(shelf);
  const objects = objectHandlers(shelf);
  const multipart = multipartHandlers(shelf);
  return {
    'GET service': buckets.list,
    'PUT bucket': buckets.create,
    'HEAD bucket': buckets.head,
    'DELETE bucket': buckets.remove,
    'GET bucket location': buckets.location,
    'GET bucket versioning': buckets.versioning,
    'PUT bucket versioning': buckets.setVersioning,
    'GET bucket notification': buckets.notification,
    'GET bucket list': listObjects(shelf),
    'GET bucket versions': listVersions(shelf),
    'POST bucket delete': buckets.removeObjects,
    'PUT object': objects.put,
    'PUT object copy': objects.copy,
    'GET object': objects.get,
    'HEAD object': objects.head,
    'DELETE object': objects.remove,
    'POST object uploads': multipart.create,
    'PUT object uploadId': multipart.upload,
    'POST object uploadId': multipart.complete,
    'DELETE object uploadId': multipart.abort,
    'GET object uploadId': multipart.list,
  };
}

async function referenced(catalog: Catalog): Promise<Set<string>> {
  const blobs = new Set<string>();
  for await (const version of catalog.versions.values()) if (version.content) blobs.add(version.content.blob);
  for await (const [entry, uploaded] of catalog.parts.iterator()) {
    // A part that arrived while its upload was being completed or aborted belongs to nothing.
    if (await catalog.uploads.get(uploadOf(entry))) blobs.add(uploaded.blob);
    else await catalog.parts.del(entry);
  }
  return blobs;
}

function failure(error: unknown, resource: string, id: string, report: (error: unknown) => void): Answer {
  const known = error instanceof S3Error;
  if (!known) report(error);
  const body = errorDocument({
    Code: known ? error.code : 'InternalError',
    Message: known ? error.message : 'We encountered an internal error. Please try again.',
    Resource: resource,
    RequestId: id,
  });
  const headers = { ...(known && error.headers), 'content-type': 'application/xml' };
  return { status: known ? error.status : 500, headers, body };
}

async function respond(response: ServerResponse, isHead: boolean, id: string, answer: Answer): Promise<void> {
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
