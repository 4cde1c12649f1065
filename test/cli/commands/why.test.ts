import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFacts, resultOf } from '../../../cli/commands/why.ts';
import type { Decision } from '../../../schemas/decisions.ts';
import type { Processed } from '../../../schemas/processed.ts';
import { SHA256 } from '../../support/builders.ts';
import { failureOf } from '../../support/errors.ts';
import { anAccount, type CliAccount } from '../account.ts';
import { aFace, aPhoto, aStranger, FACE_ID, KIM } from '../records.ts';
import { putRows } from '../rows.ts';

let account: CliAccount;
beforeAll(async () => {
  account = await anAccount();
});
afterAll(() => account.close());

const quality = { brightness: 80, sharpness: 46 };

const decision = (position: string, over: Partial<Decision>): Decision => ({
  photo: SHA256,
  entry: `2026-11-24T10:00:00.000Z#b1#00000${position}`,
  timestamp: '2026-11-24T10:00:00.000Z',
  by: 'ada',
  batch: 'b1',
  image_id: 'party.jpg',
  etag: 'e1',
  bounding_box: aStranger().bounding_box,
  kind: 'STRANGER',
  source: 'manual',
  ...over,
});

const processed = (): Processed => ({
  image_id: 'party.jpg',
  bucket: 'photos',
  key: 'input/party.jpg',
  etag: 'e1',
  size: 1000,
  timestamp: '2026-11-23T18:00:00Z',
  status: 'COMPLETED',
  processed_at: '2026-11-23T18:00:02.500Z',
  pipeline_version: '0.1.0',
  faces: [aFace(), aStranger()].map(({ face_index: index, status, reason, source, confidence, bounding_box }) => ({
    index,
    status,
    reason,
    source,
    confidence,
    bounding_box,
    emotions: [],
    landmarks: [],
    pose: {},
    quality: index === 1 ? quality : {},
  })),
});

test('why reads what holds of the decisions about this face, its quality from the JSON, and the threshold', async () => {
  const { target } = account;
  await putRows(target, 'results', aPhoto({ sha256: SHA256 }), aFace(), aStranger());
  const undone = decision('0', {});
  const kept = decision('2', { kind: 'NOT_PERSON', person_id: KIM });
  await putRows(
    target,
    'decisions',
    undone,
    decision('1', { kind: 'UNDO', undoes: undone.entry }),
    kept,
    decision('3', { bounding_box: aFace().bounding_box }),
  );
  await target.s3.send(
    new PutObjectCommand({
      Bucket: target.deployment.bucket,
      Key: 'processed/party.json',
      Body: JSON.stringify(processed()),
    }),
  );
  const { explanation, ...facts } = resultOf(await readFacts(target, 'party.jpg#1'));
  expect(facts).toStrictEqual({
    image_id: 'party.jpg',
    index: 1,
    status: 'UNKNOWN',
    reason: 'SIMILARITY_BELOW_THRESHOLD',
    source: 'machine',
    person_id: null,
    similarity: null,
    threshold: 80,
    candidate: { face_id: FACE_ID, person_id: KIM, similarity: 79.96 },
    runner_up: null,
    proposal: null,
    confidence: 99,
    bounding_box: aStranger().bounding_box,
    quality,
    decisions: [kept],
  });
  expect(explanation).toMatch(/^It is nobody known: .+\nada said that it is not .+\nThe face has /);
});

test('a face that the photo does not have is refused, with those that it has', async () => {
  await putRows(account.target, 'results', aPhoto({ sha256: SHA256 }), aFace(), aStranger());
  expect(await failureOf(readFacts(account.target, 'party.jpg#7'))).toStrictEqual({
    name: 'Failure',
    message: 'party.jpg has no face 7. It has 2 faces: 0, 1.',
  });
});
