import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cropKeyOf,
  enrolmentRecordOf,
  faceRecordOf,
  imageIdOf,
  paddedSequencer,
  folderOfPerson,
  personIdOf,
  personNameOf,
  personOfKey,
  processedKeyOf,
  workPrefixOf,
} from '../../schemas/keys.ts';

const COMPOSED = 'Zoë'.normalize('NFC');
const DECOMPOSED = 'Zoë'.normalize('NFD');

/** Names that are made to collide: few parts, and those that the rule treats by themselves. */
const adversarial = fc
  .array(fc.constantFrom('a', 'image1', '.', '..', '.jpg', '.JPG', '.json', '.png', '/', '~', ' ', 'x'.repeat(1000)), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const anyKey = fc.oneof(
  adversarial,
  adversarial.map((name) => `~${name}`),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
);

test('no two photos share a JSON, however their keys are chosen', () => {
  fc.assert(
    fc.property(anyKey, anyKey, (one, other) => {
      fc.pre(one !== other);
      expect(processedKeyOf(one)).not.toBe(processedKeyOf(other));
    }),
    { numRuns: 5000 },
  );
});

test('no two of all the short names over the parts that matter share a JSON', () => {
  const parts = ['a', '.jpg', '.', '/', '~', '.json'];
  let names = [''];
  const all: string[] = [];
  for (let length = 1; length <= 5; length++) {
    names = names.flatMap((name) => parts.map((part) => name + part));
    all.push(...names);
  }
  const distinct = new Set(all);
  expect(new Set([...distinct].map(processedKeyOf)).size).toBe(distinct.size);
});

test('a JSON is always a valid key under processed/', () => {
  fc.assert(
    fc.property(anyKey, (imageId) => {
      const key = processedKeyOf(imageId);
      expect(key.startsWith('processed/') && key.endsWith('.json') && Buffer.byteLength(key) <= 1024).toBe(true);
    }),
  );
});

test.each([
  ['input/image1.jpg', 'processed/image1.json'],
  ['input/image1.png', 'processed/image1.png.json'],
  ['input/image1.JPG', 'processed/image1.JPG.json'],
  ['input/image1', 'processed/image1.jpg.json'],
  ['input/image1.jpg.jpg', 'processed/image1.jpg.jpg.json'],
  ['input/2026.03/image1.jpg', 'processed/2026.03/image1.json'],
  ['input/a+b 100%.jpg', 'processed/a+b 100%.json'],
  ['input/what?#1.jpg', 'processed/what?#1.json'],
  [`input/${COMPOSED}.jpg`, `processed/${COMPOSED}.json`],
  [`input/${DECOMPOSED}.jpg`, `processed/${DECOMPOSED}.json`],
  ['input/two\nlines.jpg', 'processed/two\nlines.json'],
  ['input/../up.jpg', 'processed/../up.json'],
  ['input/.jpg', 'processed/.json'],
  ['input/', 'processed/input/.jpg.json'],
])('the photo %j gives %j', (key, processed) => {
  expect(processedKeyOf(imageIdOf(key))).toBe(processed);
});

test('a JSON whose key would be too long, or could be taken for such a one, goes by a hash', () => {
  expect(processedKeyOf('x'.repeat(900))).toBe(`processed/${'x'.repeat(900)}.jpg.json`);
  expect(processedKeyOf('ж'.repeat(508))).toBe('processed/~332859ac17b8b8f3fa5531ec.json');
  expect(processedKeyOf('~tilde.jpg')).toBe('processed/~41dd7c70f4044b9f3eaf3bb2.json');
});

test('an image id is never empty and says which key it is of', () => {
  expect(['input/a.jpg', 'input/input/a.jpg', 'elsewhere/a.jpg', 'input/'].map(imageIdOf)).toStrictEqual([
    'a.jpg',
    'input/a.jpg',
    'elsewhere/a.jpg',
    'input/',
  ]);
});

test('each version of each object has a work folder of its own', () => {
  const prefixes = [
    workPrefixOf('input/a.jpg', 'e1'),
    workPrefixOf('input/a.jpg', 'e2'),
    workPrefixOf('input/a.jpg', 'e1', 'v1'),
    workPrefixOf('input/a.jpg', 'e1', 'v2'),
    workPrefixOf('input/b.jpg', 'e1'),
  ];
  expect(new Set(prefixes).size).toBe(prefixes.length);
  expect(prefixes.filter((prefix) => !/^work\/[0-9a-f]{24}\/[0-9a-f]{24}\/$/.test(prefix))).toStrictEqual([]);
});

test('whatever the keys of photos are, nothing is written where a rule looks for photos', () => {
  fc.assert(
    fc.property(anyKey, fc.string(), fc.nat(99), (name, etag, index) => {
      const work = workPrefixOf(`input/${name}`, etag);
      const written = [work, cropKeyOf(work, index), processedKeyOf(imageIdOf(`input/${name}`))];
      expect(written.filter((key) => key.startsWith('input/') || key.startsWith('enroll/'))).toStrictEqual([]);
    }),
  );
});

test('crops and face rows sort by index', () => {
  expect(cropKeyOf('work/one/two/', 7)).toBe('faces/one/two/007.jpg');
  expect([9, 10, 99].map(faceRecordOf)).toStrictEqual(['face#009', 'face#010', 'face#099']);
});

test('of two sequencers the shorter one is padded on the right', () => {
  const inOrder = ['0055AED6DCD90281E5', '0055AED6DCD90281E6', '0055AED6DCD90281E7A', '0055aed6dcd90281e8'];
  expect(inOrder.toReversed().map(paddedSequencer).sort()).toStrictEqual(inOrder.map(paddedSequencer));
  // As numbers they would be the other way round.
  expect(paddedSequencer('0A') > paddedSequencer('005')).toBe(true);
});

test('sequencers compare as the guide of S3 compares them, whatever their length and case', () => {
  const sequencer = fc.stringMatching(/^[0-9A-F]{1,40}$/);
  fc.assert(
    fc.property(sequencer, sequencer, (one, other) => {
      const length = Math.max(one.length, other.length);
      const [a, b] = [one.padEnd(length, '0'), other.padEnd(length, '0')];
      expect(paddedSequencer(one.toLowerCase()) > paddedSequencer(other)).toBe(a > b);
      expect(paddedSequencer(one) === paddedSequencer(other.toLowerCase())).toBe(a === b);
    }),
  );
});

test.each([
  ['enroll/john_doe.jpg', 'John Doe'],
  ['enroll/John Doe/any.jpg', 'John Doe'],
  ['enroll/john_doe/holidays/any.jpg', 'John Doe'],
  ['enroll/  john   doe .png', 'John Doe'],
  ['enroll/jean-luc.jpg', 'Jean-Luc'],
  ["enroll/o'brien.jpg", "O'brien"],
  ['enroll/McDonald.jpg', 'McDonald'],
  ['enroll/john.q.doe.jpg', 'John.q.doe'],
  ['enroll/john', 'John'],
  ['enroll/two\nlines.jpg', 'Two Lines'],
  ['enroll/張偉.jpg', '張偉'],
  ['enroll/мария_кюри/1.jpg', 'Мария Кюри'],
  ['enroll/ნინო.jpg', 'ნინო'],
  ['enroll/محمد.jpg', 'محمد'],
  ['enroll/अनिता.jpg', 'अनिता'],
  [`enroll/${DECOMPOSED}.jpg`, COMPOSED],
  ['enroll/', undefined],
  ['enroll/.jpg', undefined],
  ['enroll//a.jpg', undefined],
  ['enroll/ _ /a.jpg', undefined],
  ['enroll/\u200b.jpg', undefined],
  ['enroll/bell\u0007.jpg', undefined],
  ['enroll/c1\u0085control.jpg', undefined],
  ['enroll/\u202Egnp.jpg', undefined],
])('the key %j names %j', (key, name) => {
  expect(personNameOf(key)).toBe(name);
});

test('a name has at most 200 characters', () => {
  expect(personNameOf(`enroll/${'X'.repeat(200)}.jpg`)).toBe('X'.repeat(200));
  expect(personNameOf(`enroll/${'X'.repeat(201)}.jpg`)).toBe(undefined);
});

test('a person is one however the name was typed, and two people are two', () => {
  const idOf = (key: string) => personIdOf(personNameOf(key)!);
  const same = ['john_doe.jpg', 'John Doe/1.jpg', 'JOHN DOE.png', 'john  doe/2.jpg', 'John_Doe/x/y.jpg'];
  expect(new Set(same.map((name) => idOf(`enroll/${name}`)))).toStrictEqual(new Set([personIdOf('John Doe')]));
  expect(idOf(`enroll/${COMPOSED}.jpg`)).toBe(idOf(`enroll/${DECOMPOSED}/1.jpg`));
  expect(idOf('enroll/John.jpg')).not.toBe(idOf('enroll/Johnny.jpg'));
  expect(personIdOf('John Doe')).toMatch(/^p_[0-9a-f]{24}$/);
});

test('a name that was understood once is understood the same again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (typed) => {
      const name = personNameOf(`enroll/${typed.replaceAll('/', '')}/1.jpg`);
      fc.pre(name !== undefined);
      expect(personNameOf(`enroll/${name}/1.jpg`)).toBe(name);
    }),
    { numRuns: 2000 },
  );
});

test('a folder can give the id of a person instead of a name', () => {
  const id = personIdOf('John Doe');
  expect(personOfKey(`enroll/${folderOfPerson(id)}1.jpg`)).toStrictEqual({ person_id: id });
  expect(personOfKey('enroll/John Doe/1.jpg')).toStrictEqual({ person_id: id, name: 'John Doe' });
  expect(personOfKey('enroll/~p_12/1.jpg')).toStrictEqual({ person_id: personIdOf('~p 12'), name: '~p 12' });
  expect(personOfKey('enroll/_/1.jpg')).toBe(undefined);
});

test('two enrolment photos of one person have two rows', () => {
  expect(enrolmentRecordOf('enroll/a/1.jpg')).not.toBe(enrolmentRecordOf('enroll/a/2.jpg'));
});
