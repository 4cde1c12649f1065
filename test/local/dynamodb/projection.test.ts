import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pickerOf } from '../../../local/dynamodb/projection.ts';

const MARKUP = 'a"b\\ {"n":{"S":"inner"}} \\"n\\":{ \u0000 \u2028 é 🙂 \\';
const ITEM = {
  id: { S: 'n' },
  deep: { M: { n: { S: 'inner' }, [MARKUP]: { L: [{ S: '}]' }, { M: { n: { N: '3' } } }] } } },
  empty: { M: {} },
  [MARKUP]: { S: MARKUP },
  n: { S: `${MARKUP}\\` },
  '': { NULL: true },
  tags: { SS: ['n', '"'] },
  last: { BOOL: false },
};

test.each([
  [['n']],
  [['last', 'id']],
  [['tags', 'deep', 'n']],
  [[MARKUP, '']],
  [['nothing', 'empty']],
  [['inner']],
  [Object.keys(ITEM)],
])('the attributes %j are taken as they are', (names) => {
  const wanted = Object.fromEntries(Object.entries(ITEM).filter(([name]) => names.includes(name)));
  expect(JSON.parse(pickerOf(names)!(JSON.stringify(ITEM)))).toStrictEqual(wanted);
  expect(JSON.parse(pickerOf(names.map((name) => [name]))!(JSON.stringify(ITEM)))).toStrictEqual(wanted);
});

test('of any item, any of its attributes', () => {
  const items = fc.dictionary(fc.string({ unit: 'binary' }), fc.dictionary(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(items, fc.infiniteStream(fc.boolean()), (item, choices) => {
      const chosen = Object.entries(item).filter(() => choices.next().value);
      const names = chosen.map(([name]) => name);
      const text = JSON.stringify(item);
      expect(pickerOf(names)!(text)).toBe(
        `{${chosen.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
      );
    }),
  );
});

test('an item without attributes has none', () => {
  expect(pickerOf(['n'])!('{}')).toBe('{}');
});

test('paths that go into attributes are for others', () => {
  expect(pickerOf([['n'], ['deep', 'n']])).toBeUndefined();
  expect(pickerOf([['tags', 1]])).toBeUndefined();
});
