import type { EventBridgeEvent } from '../events/event.ts';
import type { ObjectVersion } from './catalog.ts';

export type Reason = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload' | 'DeleteObject' | 'Lifecycle Expiration';

export interface Cause {
  readonly reason: Reason;
  readonly requestId: string;
  readonly sourceAddress: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function objectEvent(options: {
  id: string;
  account: string;
  region: string;
  bucket: string;
  version: ObjectVersion;
  cause: Cause;
  /** Only for a deletion: whether the object is gone or hidden by a delete marker. */
  deletion?: 'Permanently Deleted' | 'Delete Marker Created';
}): EventBridgeEvent {
  const { version, cause, deletion } = options;
  const isLifecycle = cause.reason === 'Lifecycle Expiration';
  return {
    version: '0',
    id: options.id,
    'detail-type': deletion ? 'Object Deleted' : 'Object Created',
    source: 'aws.s3',
    account: options.account,
    time: version.modified.replace(/\.\d+Z$/, 'Z'),
    region: options.region,
    resources: [`arn:aws:s3:::${options.bucket}`],
    detail: {
      version: '0',
      bucket: { name: options.bucket },
      object: {
        key: version.key,
        ...(version.content && !deletion && { size: version.content.size }),
        ...(version.content && { etag: version.content.etag }),
        ...(version.versionId !== 'null' && { 'version-id': version.versionId }),
        sequencer: version.sequencer,
      },
      'request-id': cause.requestId,
      requester: isLifecycle ? 's3.amazonaws.com' : options.account,
      ...(!isLifecycle && { 'source-ip-address': cause.sourceAddress }),
      reason: cause.reason,
      ...(deletion && { 'deletion-type': deletion }),
    },
  };
}
