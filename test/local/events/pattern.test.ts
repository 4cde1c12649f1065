import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from '../../../local/events/pattern.ts';

const EVENT = {
  source: 'aws.s3',
  account: null,
  empty: [],
  text: '',
  ip: '10.1.2.3',
  detail: {
    bucket: { name: 'photos' },
    object: { key: 'input/Photo 1.JPG', size: 12.5, tags: ['a', 'b', 3, true, null] },
    status: 'FAILED',
    faces: [
      { person: 'ann', similarity: 99 },
      { person: 'bob', similarity: 40 },
    ],
    parts: [['x'], ['y', ['z']]],
    has: { exists: 'a field of this name' },
  },
};

const object = (pattern: object) => ({ detail: { object: pattern } });
const faces = (pattern: object) => ({ detail: { faces: pattern } });

test.each<[string, object, boolean]>([
  ['a value', { source: ['aws.s3'] }, true],
  ['one of several values', { source: ['aws.ec2', 'aws.s3'] }, true],
  ['another value', { source: ['aws.ec2'] }, false],
  ['values are not folded by case', { source: ['AWS.S3'] }, false],
  ['all fields must match', { source: ['aws.s3'], detail: { status: ['SUCCEEDED'] } }, false],
  ['a number', object({ size: [12.5] }), true],
  ['a number is not its text', object({ size: ['12.5'] }), false],
  ['null', { account: [null] }, true],
  ['null is not a missing field', { missing: [null] }, false],
  ['an empty text', { text: [''] }, true],
  ['an element of an array', object({ tags: ['b'] }), true],
  ['a boolean in an array', object({ tags: [true] }), true],
  ['a null in an array', object({ tags: [null] }), true],
  ['no element of an array', object({ tags: ['c', false] }), false],
  ['arrays within arrays', { detail: { parts: ['z'] } }, true],
  ['a field of an object in an array', faces({ person: ['bob'] }), true],
  ['fields of one object in an array', faces({ person: ['ann'], similarity: [99] }), true],
  ['fields of different objects in an array', faces({ person: ['ann'], similarity: [40] }), false],

  ['a prefix', object({ key: [{ prefix: 'input/' }] }), true],
  ['another prefix', object({ key: [{ prefix: 'enroll/' }] }), false],
  ['a prefix of a number', object({ size: [{ prefix: '1' }] }), false],
  ['a prefix in either case', object({ key: [{ prefix: { 'equals-ignore-case': 'INPUT/' } }] }), true],
  ['a suffix', object({ key: [{ suffix: '.JPG' }] }), true],
  ['a suffix in another case', object({ key: [{ suffix: '.jpg' }] }), false],
  ['a suffix in either case', object({ key: [{ suffix: { 'equals-ignore-case': '.jpg' } }] }), true],
  ['text in either case', object({ key: [{ 'equals-ignore-case': 'INPUT/photo 1.jpg' }] }), true],
  ['other text in either case', object({ key: [{ 'equals-ignore-case': 'photo 1.jpg' }] }), false],

  ['a wildcard', object({ key: [{ wildcard: 'in*/*.JPG' }] }), true],
  ['a wildcard for nothing', object({ key: [{ wildcard: 'input/Photo* 1.JPG*' }] }), true],
  ['a wildcard that must match the whole', object({ key: [{ wildcard: 'put/*' }] }), false],
  ['an escaped star is itself, also before another', object({ key: [{ wildcard: '*Photo\\**' }] }), false],
  ['a dot in a wildcard is a dot', object({ key: [{ wildcard: 'input.*' }] }), false],

  ['anything but a value', { detail: { status: [{ 'anything-but': 'SUCCEEDED' }] } }, true],
  ['anything but this value', { detail: { status: [{ 'anything-but': 'FAILED' }] } }, false],
  ['anything but some values', { detail: { status: [{ 'anything-but': ['FAILED', 'ABORTED'] }] } }, false],
  ['anything but a number', object({ size: [{ 'anything-but': 12.5 }] }), false],
  ['anything but a prefix', object({ key: [{ 'anything-but': { prefix: 'work/' } }] }), true],
  ['anything but this prefix', object({ key: [{ 'anything-but': { prefix: ['work/', 'input/'] } }] }), false],
  ['anything but this suffix', object({ key: [{ 'anything-but': { suffix: '.JPG' } }] }), false],
  ['anything but a wildcard', object({ key: [{ 'anything-but': { wildcard: '*.png' } }] }), true],
  ['anything but this wildcard', object({ key: [{ 'anything-but': { wildcard: ['*.png', '*/Photo*'] } }] }), false],
  [
    'anything but text in either case',
    { detail: { status: [{ 'anything-but': { 'equals-ignore-case': 'failed' } }] } },
    false,
  ],
  ['anything but, of a missing field', { missing: [{ 'anything-but': 'x' }] }, false],
  ['anything but one element of an array', object({ tags: [{ 'anything-but': 'a' }] }), true],

  ['a field that exists', { detail: { status: [{ exists: true }] } }, true],
  ['a null exists', { account: [{ exists: true }] }, true],
  ['a missing field exists', { missing: [{ exists: true }] }, false],
  ['a missing field does not exist', { missing: [{ exists: false }] }, true],
  ['a field of a missing object does not exist', { missing: { deep: [{ exists: false }] } }, true],
  ['a field that is there does not exist', { detail: { status: [{ exists: false }] } }, false],
  ['an object is no leaf', { detail: { bucket: [{ exists: true }] } }, false],
  ['an empty list holds nothing', { empty: [{ exists: false }] }, true],
  ['missing or a value', { detail: { status: [{ exists: false }, 'FAILED'] } }, true],
  ['a field named like an operator', { detail: { has: { exists: ['a field of this name'] } } }, true],

  ['a number equal', object({ size: [{ numeric: ['=', 12.5] }] }), true],
  ['a number in a range', object({ size: [{ numeric: ['>', 0, '<=', 12.5] }] }), true],
  ['a number outside a range', object({ size: [{ numeric: ['>=', 0, '<', 12.5] }] }), false],
  ['a number of a text', { source: [{ numeric: ['>', 0] }] }, false],
  ['a number in an object of an array', faces({ similarity: [{ numeric: ['<', 50] }] }), true],

  ['an address in a block', { ip: [{ cidr: '10.1.0.0/16' }] }, true],
  ['an address outside a block', { ip: [{ cidr: '10.2.0.0/16' }] }, false],
  ['an address that is none', { source: [{ cidr: '10.0.0.0/8' }] }, false],

  ['or, by its second', { $or: [{ source: ['x'] }, { detail: { status: ['FAILED'] } }] }, true],
  ['or, by none', { $or: [{ source: ['x'] }, { detail: { status: ['x'] } }] }, false],
  ['or, with a field beside it', { source: ['x'], $or: [{ account: [null] }, { text: ['x'] }] }, false],
  ['or, deep down', { detail: { $or: [{ status: ['x'] }, { bucket: { name: ['photos'] } }] } }, true],
])('%s', (_, pattern, expected) => {
  expect(compilePattern(pattern)(EVENT)).toBe(expected);
});

test.each<[string, object]>([
  ['no fields', {}],
  ['a value outside a list', { source: 'aws.s3' }],
  ['an empty list', { source: [] }],
  ['an unknown operator', { source: [{ contains: 'x' }] }],
  ['two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }],
  ['an exists that is not true or false', { source: [{ exists: 'yes' }] }],
  ['a numeric without a number', { source: [{ numeric: ['>', '1'] }] }],
  ['an or of one', { $or: [{ source: ['a'] }] }],
  ['two stars in a row', { source: [{ wildcard: 'a**b' }] }],
  ['a block that is none', { source: [{ cidr: '10.0.0.0/99' }] }],
])('%s is refused', (_, pattern) => {
  expect(() => compilePattern(pattern)).toThrow('Event pattern is not valid');
});

const key = fc.string({ unit: 'grapheme', minLength: 1 });
const matches = (matcher: unknown, value: unknown) => compilePattern({ v: [matcher] })({ v: value });

test('a text matches itself, its starts and its ends, and anything-but is their opposite', () => {
  fc.assert(
    fc.property(key, fc.nat(), key, (text, at, other) => {
      const cut = at % (text.length + 1);
      expect(matches(text, text)).toBe(true);
      expect(matches({ prefix: text.slice(0, cut) }, text)).toBe(true);
      expect(matches({ suffix: text.slice(cut) }, text)).toBe(true);
      expect(matches({ prefix: other }, text)).toBe(text.startsWith(other));
      for (const matcher of [{ prefix: other }, { suffix: other }, { 'equals-ignore-case': other }]) {
        expect(matches({ 'anything-but': matcher }, text)).toBe(!matches(matcher, text));
      }
      expect(matches({ 'anything-but': [other] }, text)).toBe(!matches(other, text));
    }),
  );
});

test('a wildcard matches what it was made from, whatever its letters', () => {
  const escaped = (text: string) => text.replace(/[*\\]/g, '\\$&');
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), key, (parts, filling) => {
      const wildcard = parts.map(escaped).join('*');
      expect(matches({ wildcard }, parts.join(filling))).toBe(true);
      expect(matches({ wildcard: escaped(parts.join('')) }, parts.join(''))).toBe(true);
    }),
  );
});
