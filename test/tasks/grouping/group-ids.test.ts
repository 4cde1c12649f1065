import { describe, expect, test } from 'vitest';
import { withIds } from '../../../tasks/grouping/group-ids.ts';

const ID = /^g_[0-9a-f]{8}$/;

describe('ids of groups', () => {
  test('are the same when a run is repeated, and differ between groups', () => {
    const groups = [
      ['a', 'b', 'c'],
      ['p', 'q', 'r'],
    ];
    const ids = withIds(groups, new Map());
    expect([...ids.values()]).toStrictEqual(groups);
    expect([...ids.keys()]).toStrictEqual([expect.stringMatching(ID), expect.stringMatching(ID)]);
    expect([...withIds(groups, new Map())]).toStrictEqual([...ids]);
  });

  test('stay when faces come and go', () => {
    const earlier = new Map([['g_00000001', ['a', 'b', 'c']]]);
    expect([...withIds([['b', 'c', 'd', 'e']], earlier)]).toStrictEqual([['g_00000001', ['b', 'c', 'd', 'e']]]);
  });

  test('go to the larger part of a group that fell apart', () => {
    const earlier = new Map([['g_00000001', ['a', 'b', 'c', 'd', 'e', 'f', 'g']]]);
    const ids = withIds(
      [
        ['a', 'b', 'c', 'x', 'y'],
        ['d', 'e', 'f', 'g'],
      ],
      earlier,
    );
    expect([...ids.keys()]).toStrictEqual([expect.stringMatching(ID), 'g_00000001']);
    expect([...ids.keys()][0]).not.toBe('g_00000001');
  });

  test('are those of the larger group when two become one', () => {
    const earlier = new Map([
      ['g_00000001', ['a', 'b', 'c']],
      ['g_00000002', ['p', 'q', 'r', 's']],
    ]);
    const all = ['a', 'b', 'c', 'p', 'q', 'r', 's'];
    expect([...withIds([all], earlier)]).toStrictEqual([['g_00000002', all]]);
  });

  test('are not taken from a group that is gone', () => {
    const [id = ''] = withIds([['a', 'b', 'c']], new Map()).keys();
    const [other] = withIds([['a', 'b', 'c']], new Map([[id, ['x', 'y', 'z']]])).keys();
    expect(other).toMatch(ID);
    expect(other).not.toBe(id);
  });
});
