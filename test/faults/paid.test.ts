import { expect, test } from 'vitest';
import type { CompletedCall } from './injector.ts';
import { paidTwice } from './paid.ts';

const call = (operation: string, request: string, task: CompletedCall['task'] = 'index-unknown'): CompletedCall => ({
  task,
  service: operation === 'PutObject' ? 's3' : 'rekognition',
  operation,
  nth: 0,
  request,
});
const [ANN, BOB] = [call('IndexFaces', 'ann'), call('IndexFaces', 'bob')];
const KEPT = call('PutObject', 'PUT /bucket/work/1/a.json');
const CROP = call('PutObject', 'PUT /bucket/work/1/a.jpg');

test.each([
  ['an answer that was not kept may be paid for again', [ANN, ANN], []],
  ['nor is it kept by a picture', [ANN, CROP, ANN], []],
  ['one that was kept may not', [ANN, KEPT, ANN], ['index-unknown rekognition.IndexFaces #1']],
  ['of two, the one that was not kept may', [ANN, BOB, KEPT, BOB, KEPT], []],
  ['once both were kept, none may', [ANN, BOB, KEPT, KEPT, BOB], ['index-unknown rekognition.IndexFaces #1']],
  [
    'when another task has run, the answer is kept',
    [ANN, call('GetItem', 'x', 'compare-unknown'), ANN],
    ['index-unknown rekognition.IndexFaces #1'],
  ],
  [
    'what another task did before says nothing about this answer',
    [ANN, KEPT, call('PutItem', 'x', 'persist-face'), BOB, BOB],
    [],
  ],
])('%s', (_, effects, expected) => {
  expect(paidTwice(effects)).toStrictEqual(expected);
});
