import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { describe as describePhoto } from '../../../cli/commands/show.ts';
import { photoLine, photoTable } from '../../../cli/report/table.ts';
import { aFace, aPhoto, aStranger, EXECUTION, KIM, PEOPLE } from '../records.ts';

const plain = { columns: 80, colours: false };
const seen = { photo: aPhoto(), faces: [aFace(), aStranger()], durationMs: 1500 };

test('a table names the faces from left to right and rounds similarities down', () => {
  expect(photoTable([seen], PEOPLE, plain).split('\n')).toStrictEqual([
    '┌───────────┬───────┬──────────────────────────┐',
    '│ photo     │ faces │ who, from left to right  │',
    '├───────────┼───────┼──────────────────────────┤',
    '│ party.jpg │     2 │ unknown (Kim 79 %)       │',
    '│           │       │ Robin 93 %               │',
    '└───────────┴───────┴──────────────────────────┘',
    'Per cent of similarity: from the threshold up (80, unless configured) the face gets the name.',
    'In brackets: whom of all enrolled an unknown face is most like, though not enough.',
  ]);
});

test('a table without guesses does not explain them', () => {
  const table = photoTable([{ ...seen, faces: [aFace()] }], PEOPLE, plain);
  expect(table.split('\n').at(-1)).toBe(
    'Per cent of similarity: from the threshold up (80, unless configured) the face gets the name.',
  );
});

test('a table without faces has no legend, and wraps long reasons and long names', () => {
  const photos = [
    {
      photo: aPhoto({
        image_id: 'a/very/long/folder/name/text.jpg',
        status: 'REJECTED',
        message: 'It is no picture. Upload a photo.',
      }),
      faces: [],
      durationMs: 20,
    },
    { photo: aPhoto({ image_id: 'sea.jpg', status: 'NO_FACES', face_count: 0 }), faces: [], durationMs: 20 },
  ];
  expect(photoTable(photos, PEOPLE, { columns: 60, colours: false }).split('\n')).toStrictEqual([
    '┌──────────────────────────┬───────┬──────────────────────────┐',
    '│ photo                    │ faces │ who, from left to right  │',
    '├──────────────────────────┼───────┼──────────────────────────┤',
    '│ a/very/long/folder/name/ │       │ rejected: It is no       │',
    '│ text.jpg                 │       │ picture. Upload a photo. │',
    '├──────────────────────────┼───────┼──────────────────────────┤',
    '│ sea.jpg                  │     0 │ nobody                   │',
    '└──────────────────────────┴───────┴──────────────────────────┘',
  ]);
});

test.each([
  ['a face too small to search', aStranger({ status: 'UNSEARCHABLE', reason: 'FACE_TOO_SMALL' }), 'too small to tell'],
  ['a face that is named by hand', aFace({ source: 'manual' }), 'Robin (by hand)'],
  ['a person who is no longer enrolled', aStranger(), 'unknown (somebody 79 %)'],
])('%s is called that', (_, face, said) => {
  expect(photoLine({ photo: aPhoto(), faces: [face], durationMs: 1 }, new Map())).toBe(`party.jpg: ${said}`);
});

test('a failure says where it failed, and a name cannot move the cursor', () => {
  const photo = aPhoto({
    image_id: 'a\n\u001b[2Jb',
    status: 'FAILED',
    failed_state: 'DetectFaces',
    error: 'Boom',
    cause: 'no disk',
  });
  expect(photoLine({ photo, faces: [], durationMs: 1 }, PEOPLE)).toBe(
    'a\\n\\u{1b}[2Jb: failed in DetectFaces: Boom, no disk',
  );
});

test('a photo is told whole', () => {
  const runnerUp = { face_id: aFace().face_id!, person_id: KIM, similarity: 12.3 };
  expect(describePhoto({ ...seen, faces: [aFace({ runner_up: runnerUp })] }, PEOPLE).split('\n')).toStrictEqual([
    'photo      party.jpg',
    'status     COMPLETED',
    'uploaded   2026-11-23T18:00:00Z',
    'took       1500 ms',
    'picture    1920 x 1280 pixels, jpeg, 1000 bytes',
    'object     s3://photos/input/party.jpg',
    'result     s3://photos/processed/party.json',
    `execution  ${EXECUTION}`,
    'faces      1 face',
    '   0  Robin 93 %; next Kim 12 %',
    '      SIMILARITY_ABOVE_THRESHOLD; face with 99 % confidence',
    '      at 50 % from the left, 10 % from the top, 10 % x 20 %',
    '      happy 97 %',
  ]);
});

test.each([
  ['accents that are characters of their own', 'cafe\u0301 an\u0303o '],
  ['Chinese characters', '生日聚会'],
  ['emoji of several characters', '👨‍👩‍👧‍👦🇫🇷👍🏽'],
  ['Korean', '생일 '],
])('names with %s keep the table straight, and are cut between characters', (_, part) => {
  const image_id = `${part.repeat(8)}.jpg`;
  const table = photoTable([{ ...seen, photo: aPhoto({ image_id }) }], PEOPLE, { columns: 60, colours: false });
  const lines = table.split('\n').filter((line) => /^[┌│├└]/.test(line));
  expect(new Set(lines.map((line) => stringWidth(line))).size).toBe(1);
  const cells = lines.slice(3, -1).map((line) => line.slice(2).split(' │ ')[0]!.trimEnd());
  expect(cells.join('').replaceAll(' ', '')).toBe(image_id.replaceAll(' ', ''));
  for (const cell of cells) expect(cell).not.toMatch(/^(?:\p{M}|\u200d|\p{Emoji_Modifier})/u);
});
