import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../schemas/decisions.ts';
import type { BoundingBox, PersonId } from '../../../schemas/faces.ts';
import { personIdOf } from '../../../schemas/keys.ts';
import type { FaceRecord } from '../../../schemas/records.ts';
import { deriveFaces } from '../../../tasks/decisions/derive.ts';
import type { PeopleById } from '../../../tasks/decisions/people.ts';
import {
  aDecision as anEntry,
  aFaceRecord,
  aMatch,
  aPhotoRecord,
  FACE_ID,
  JANE,
  JOHN,
  OTHER_FACE_ID,
  SHA256,
} from '../../support/builders.ts';

const JIM = personIdOf('Jim Roe');
const PEOPLE: PeopleById = new Map(
  [
    [JOHN, 'John Doe'],
    [JANE, 'Jane Roe'],
  ].map(([id, name]) => [id as PersonId, { person_id: id as PersonId, name: name! }]),
);
const LEFT: BoundingBox = { left: 0.1, top: 0.2, width: 0.2, height: 0.3 };
const RIGHT: BoundingBox = { left: 0.6, top: 0.2, width: 0.2, height: 0.3 };

/** Found to be John with 97.5 %, unless stated otherwise. */
const aFound = (index: number, bounding_box: BoundingBox, proposal = aMatch()): FaceRecord =>
  aFaceRecord({ face_index: index, bounding_box, proposal });

const aDecision = (overrides: Partial<Decision>) => anEntry({ bounding_box: LEFT, ...overrides });

function derive(
  faces: readonly FaceRecord[],
  ledger: readonly Decision[],
  { allowTwins = false, people = PEOPLE } = {},
) {
  return deriveFaces({ photo: aPhotoRecord(), faces, ledger, people, allowTwins });
}

/** What follows from search and decisions. */
function outcome({ status, reason, source, person, person_id, similarity, candidate }: FaceRecord) {
  return { status, reason, source, person, person_id, similarity, candidate };
}
const only = (faces: readonly FaceRecord[], ledger: readonly Decision[], options = {}) =>
  outcome(derive(faces, ledger, options)[0]!);

const nobody = { person: undefined, person_id: undefined, similarity: undefined, candidate: undefined };
const foundJohn = {
  ...nobody,
  status: 'MATCHED',
  reason: 'SIMILARITY_ABOVE_THRESHOLD',
  source: 'machine',
  person: 'John Doe',
  person_id: JOHN,
  similarity: 97.5,
};
const byHand = { ...nobody, reason: 'DECIDED_BY_HAND', source: 'manual' };
const isJane = { ...byHand, status: 'MATCHED', person: 'Jane Roe', person_id: JANE };

describe('one face', () => {
  const face = aFound(0, LEFT);

  test('without decisions it is what the search found', () => {
    expect(only([face], [])).toStrictEqual(foundJohn);
  });

  const withThreshold = (threshold: number) => ({
    people: new Map([...PEOPLE, [JOHN, { person_id: JOHN, name: 'John Doe', threshold }]]),
  });
  const best = { face_id: FACE_ID, person_id: JOHN, similarity: 75 };
  const below = aFound(0, LEFT, { status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD', best });

  test("a person's own threshold counts in place of that of the search, in both directions", () => {
    const unknown = { ...nobody, status: 'UNKNOWN', reason: 'SIMILARITY_BELOW_THRESHOLD', source: 'machine' };
    expect(only([face], [], withThreshold(98))).toStrictEqual({
      ...unknown,
      candidate: { face_id: FACE_ID, person_id: JOHN, similarity: 97.5 },
    });
    expect(only([face], [], withThreshold(97.5))).toStrictEqual(foundJohn);
    expect(only([below], [], withThreshold(75))).toStrictEqual({ ...foundJohn, similarity: 75 });
    expect(only([below], [], withThreshold(76))).toStrictEqual({ ...unknown, candidate: best });
  });

  test('what re-recognition found does not hold below the threshold of the person', () => {
    const ledger = [aDecision({ person_id: JOHN, source: 'propagated', similarity: 90 })];
    expect(only([below], ledger, withThreshold(90))).toMatchObject({ status: 'MATCHED', source: 'propagated' });
    expect(only([below], ledger, withThreshold(91))).toMatchObject({ status: 'UNKNOWN', source: 'machine' });
  });

  test('it is whom somebody named, and the last who did counts', () => {
    expect(only([face], [aDecision({ person_id: JANE })])).toStrictEqual(isJane);
    const ledger = [aDecision({ person_id: JANE }), aDecision({ person_id: JOHN })];
    expect(only([face], ledger)).toStrictEqual({
      ...byHand,
      status: 'MATCHED',
      person: 'John Doe',
      person_id: JOHN,
      similarity: 97.5,
    });
  });

  test('it is not whom somebody ruled out, and the runner-up is only a candidate', () => {
    const runner_up = { face_id: OTHER_FACE_ID, person_id: JANE, similarity: 85 };
    const wrong = aDecision({ kind: 'NOT_PERSON', person_id: JOHN });
    const between = aFound(0, LEFT, aMatch({ runner_up }));
    expect(only([between], [wrong])).toStrictEqual({ ...byHand, status: 'UNKNOWN', candidate: runner_up });
    expect(only([between], [wrong, aDecision({ kind: 'NOT_PERSON', person_id: JANE })])).toStrictEqual({
      ...byHand,
      status: 'UNKNOWN',
    });
  });

  test('ruling out somebody else changes nothing', () => {
    expect(only([face], [aDecision({ kind: 'NOT_PERSON', person_id: JANE })])).toStrictEqual(foundJohn);
  });

  test('naming somebody who was ruled out before takes that back', () => {
    const wrong = aDecision({ kind: 'NOT_PERSON', person_id: JANE });
    expect(only([face], [wrong, aDecision({ person_id: JANE })])).toStrictEqual(isJane);
  });

  test.each(['STRANGER', 'NOT_A_FACE'] as const)('it is %s if somebody said so', (kind) => {
    expect(only([face], [aDecision({ kind })])).toStrictEqual({ ...byHand, status: kind });
  });

  test('an undone decision does not count, and an undone undo makes it count again', () => {
    const named = aDecision({ person_id: JANE });
    const undo = aDecision({ kind: 'UNDO', undoes: named.entry });
    const redo = aDecision({ kind: 'UNDO', undoes: undo.entry });
    expect(only([face], [named, undo])).toStrictEqual(foundJohn);
    expect(only([face], [named, undo, redo])).toStrictEqual(isJane);
  });

  test('a decision by hand counts more than a later one of re-recognition', () => {
    const found = { source: 'propagated', person_id: JANE, face_id: OTHER_FACE_ID, similarity: 91 } as const;
    const unknown = aFound(0, LEFT, { status: 'UNKNOWN', reason: 'NO_CANDIDATE' });
    const propagated = {
      ...nobody,
      status: 'MATCHED',
      reason: 'SIMILARITY_ABOVE_THRESHOLD',
      source: 'propagated',
      person: 'Jane Roe',
      person_id: JANE,
      similarity: 91,
    };
    expect(only([unknown], [aDecision(found)])).toStrictEqual(propagated);
    const stranger = aDecision({ kind: 'STRANGER' });
    expect(only([unknown], [stranger, aDecision(found)])).toStrictEqual({ ...byHand, status: 'STRANGER' });
    const notJohn = [aDecision({ person_id: JOHN }), aDecision({ kind: 'NOT_PERSON', person_id: JOHN })];
    expect(only([unknown], [aDecision(found), ...notJohn])).toStrictEqual(propagated);
    const wrong = aDecision({ kind: 'NOT_PERSON', person_id: JANE });
    expect(only([unknown], [wrong, aDecision(found)])).toStrictEqual({
      ...nobody,
      status: 'UNKNOWN',
      reason: 'NO_CANDIDATE',
      source: 'machine',
    });
  });

  test('a decision follows a box that was found again a little differently, and no box elsewhere', () => {
    const moved = { ...LEFT, left: 0.12, width: 0.19 };
    expect(only([aFound(0, moved)], [aDecision({ person_id: JANE })])).toStrictEqual(isJane);
    expect(only([aFound(0, RIGHT)], [aDecision({ person_id: JANE })])).toStrictEqual(foundJohn);
  });

  test('who was merged into somebody else is that person', () => {
    const people: PeopleById = new Map([
      ...PEOPLE,
      [JOHN, { person_id: JANE, name: 'Jane Roe' }],
      [JIM, { person_id: JANE, name: 'Jane Roe' }],
    ]);
    const runner_up = { face_id: OTHER_FACE_ID, person_id: JIM, similarity: 85 };
    const [derived] = derive([aFound(0, LEFT, aMatch({ runner_up }))], [], { people });
    expect(outcome(derived!)).toStrictEqual({ ...foundJohn, person: 'Jane Roe', person_id: JANE });
    expect(derived!.runner_up).toBeUndefined();
    const wrong = aDecision({ kind: 'NOT_PERSON', person_id: JIM });
    expect(only([face], [wrong], { people })).toStrictEqual({ ...byHand, status: 'UNKNOWN' });
  });

  test('deriving twice gives the same', () => {
    const ledger = [aDecision({ kind: 'NOT_PERSON', person_id: JOHN })];
    const once = derive([face], ledger);
    expect(derive(once, ledger)).toStrictEqual(once);
    expect(derive(once, [])).toStrictEqual(derive([face], []));
  });

  test('a row of an earlier version, without a proposal, keeps its match for when a decision is undone', () => {
    const { proposal, ...old } = aFaceRecord({
      bounding_box: LEFT,
      status: 'MATCHED',
      reason: 'SIMILARITY_ABOVE_THRESHOLD',
      face_id: FACE_ID,
      person_id: JOHN,
      person: 'John Doe',
      similarity: 97.5,
      proposal: aMatch(),
    });
    const named = aDecision({ person_id: JANE });
    const derived = derive([old], [named]);
    expect(derived[0]!.proposal).toStrictEqual(proposal);
    expect(only(derived, [named, aDecision({ kind: 'UNDO', undoes: named.entry })])).toStrictEqual(foundJohn);
  });
});

describe('two faces that match one person', () => {
  const worse = aMatch({ best: { face_id: FACE_ID, person_id: JOHN, similarity: 90 } });
  const faces = [aFound(0, LEFT, worse), aFound(1, RIGHT)];
  const twin = {
    ...nobody,
    status: 'UNKNOWN',
    reason: 'PERSON_ALREADY_IN_PHOTO',
    source: 'machine',
    candidate: { face_id: FACE_ID, person_id: JOHN, similarity: 90 },
  };

  test('only the more similar one is named, and of two equal ones the larger', () => {
    expect(derive(faces, []).map(outcome)).toStrictEqual([twin, foundJohn]);
    const equal = [aFound(0, LEFT), aFound(1, RIGHT)];
    expect(derive(equal, []).map(({ status }) => status)).toStrictEqual(['MATCHED', 'UNKNOWN']);
  });

  test('both are named if the photo may show twins', () => {
    expect(derive(faces, [], { allowTwins: true }).map(({ person }) => person)).toStrictEqual(['John Doe', 'John Doe']);
  });

  test('the one that somebody named stays, whatever its similarity', () => {
    const derived = derive(faces, [aDecision({ person_id: JOHN })]).map(({ status, reason }) => [status, reason]);
    expect(derived).toStrictEqual([
      ['MATCHED', 'DECIDED_BY_HAND'],
      ['UNKNOWN', 'PERSON_ALREADY_IN_PHOTO'],
    ]);
  });
});

describe('a face that was drawn', () => {
  const drawing = aDecision({ kind: 'FACE', bounding_box: RIGHT, person_id: JANE });

  test('is one more face, numbered after all that can be found', () => {
    const [, drawn] = derive([aFound(0, LEFT)], [drawing]);
    const { model_version, ...expected } = aFaceRecord({
      face_index: 100,
      record: 'face#100',
      bounding_box: RIGHT,
      confidence: 100,
      emotions: [],
      crop_key: `faces/drawn/${SHA256}/100.jpg`,
      status: 'MATCHED',
      reason: 'DECIDED_BY_HAND',
      source: 'manual',
      person_id: JANE,
      person: 'Jane Roe',
      proposal: { status: 'UNKNOWN', reason: 'NOT_SEARCHED' },
    });
    expect(model_version).toBe('7.0');
    expect(drawn).toStrictEqual(expected);
  });

  test('keeps its number when an earlier drawing is undone', () => {
    const wrong = aDecision({ kind: 'FACE', bounding_box: LEFT });
    const undo = aDecision({ kind: 'UNDO', undoes: wrong.entry });
    const numbers = derive([], [wrong, { ...drawing, entry: `${drawing.entry}z` }, undo]).map(
      (face) => face.face_index,
    );
    expect(numbers).toStrictEqual([101]);
  });

  test('is no second face where one has been found since: what was said counts for that one', () => {
    expect(derive([aFound(0, RIGHT)], [drawing]).map(outcome)).toStrictEqual([isJane]);
  });

  test('can be named later, and is gone when it is undone', () => {
    const anonymous = aDecision({ kind: 'FACE', bounding_box: RIGHT });
    const named = aDecision({ bounding_box: RIGHT, person_id: JANE });
    expect(derive([], [anonymous]).map(({ status, reason }) => [status, reason])).toStrictEqual([
      ['UNKNOWN', 'NOT_SEARCHED'],
    ]);
    expect(derive([], [anonymous, named]).map(outcome)).toStrictEqual([isJane]);
    expect(derive([], [anonymous, named, aDecision({ kind: 'UNDO', undoes: anonymous.entry })])).toStrictEqual([]);
  });
});
