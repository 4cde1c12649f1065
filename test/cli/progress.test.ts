import { expect, test } from 'vitest';
import { progress } from '../../cli/progress.ts';

function recording(interactive: boolean) {
  const lines: string[] = [];
  const note = (text: string) => void lines.push(text);
  const { signal } = new AbortController();
  const terminal = { print: note, note, repaint: interactive ? note : undefined, columns: 80, colours: false, signal };
  return { lines, terminal };
}

test('a bar fills on a terminal, shows the end of long names, and goes away', () => {
  const { lines, terminal } = recording(true);
  const bar = progress(terminal, 'photos', 2);
  bar.step('a.jpg');
  bar.step('a/folder/that/goes/on/and/on/b.jpg');
  bar.end();
  expect(lines).toStrictEqual([
    '░░░░░░░░░░░░░░░░░░░░░░░░ photos 0/2  ',
    '████████████░░░░░░░░░░░░ photos 1/2  a.jpg',
    '████████████████████████ photos 2/2  …der/that/goes/on/and/on/b.jpg',
    '',
  ]);
});

test.each([
  ['in a pipe', false, 2],
  ['for nothing', true, 0],
])('there is no bar %s', (_, interactive, total) => {
  const { lines, terminal } = recording(interactive);
  const bar = progress(terminal, 'photos', total);
  bar.step('a.jpg');
  bar.end();
  expect(lines).toStrictEqual([]);
});
