import { paddedSequencer } from '../../schemas/keys.ts';
import type { Photo } from '../../schemas/payloads.ts';
import type { Processed } from '../../schemas/processed.ts';
import { aFaceRecord, ANOTHER_EXECUTION, aPhoto, aPhotoRecord, ETAG, EVENT_TIME, MODEL } from './builders.ts';
import { BUCKET, NOW, type TaskServices } from './task-services.ts';

export const NEWER = { sequencer: paddedSequencer('0B'), etag: 'newer', execution_arn: ANOTHER_EXECUTION };
export const OLDER = { sequencer: paddedSequencer('09'), etag: 'older', execution_arn: ANOTHER_EXECUTION };

/** A photo for one test: its rows, its detected faces and its processed JSON, before WriteProcessed and after. */
export function aPhotoFixture(services: TaskServices, name: string) {
  const photo = (): Photo => aPhoto({ key: `input/${name}.jpg`, work_prefix: `work/${name}/` });
  const photoRow = (overrides: Parameters<typeof aPhotoRecord>[0] = {}) =>
    aPhotoRecord({ image_id: `${name}.jpg`, key: `input/${name}.jpg`, ...overrides });
  return {
    name,
    photo,
    photoRow,
    input: (face_count: number, of = photo()) => ({
      photo: of,
      details_key: `${of.work_prefix}detected.json`,
      face_count,
    }),
    faceRow: (overrides: Parameters<typeof aFaceRecord>[0] = {}) =>
      aFaceRecord({ image_id: `${name}.jpg`, ...overrides }),
    rows: () => services.rowsOf('results', `${name}.jpg`),
    putRows: (...records: object[]) => Promise.all(records.map((record) => services.putRow('results', { ...record }))),
    putDetection: (...details: object[]) =>
      services.putObject(`work/${name}/detected.json`, JSON.stringify({ faces: details })),
    finishedRow: (overrides: Parameters<typeof aPhotoRecord>[0] = {}) =>
      photoRow({
        status: 'COMPLETED',
        processed_key: `processed/${name}.json`,
        processed_at: NOW,
        width: 640,
        height: 480,
        format: 'jpeg',
        sha256: photo().picture.sha256,
        face_count: 2,
        matched_count: 1,
        pipeline_version: '1.2.3',
        model_version: MODEL,
        ...overrides,
      }),
    processedJson: (overrides: Partial<Processed> = {}): Processed => ({
      image_id: `${name}.jpg`,
      bucket: BUCKET,
      key: `input/${name}.jpg`,
      etag: ETAG,
      size: 1000,
      timestamp: EVENT_TIME,
      width: 640,
      height: 480,
      format: 'jpeg',
      sha256: photo().picture.sha256,
      processed_at: NOW,
      pipeline_version: '1.2.3',
      status: 'NO_FACES',
      faces: [],
      ...overrides,
    }),
    output: (status: string, faces = {}) => ({
      status,
      image_id: `${name}.jpg`,
      bucket: BUCKET,
      processed_key: `processed/${name}.json`,
      faces,
    }),
  };
}
