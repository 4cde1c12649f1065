import { crc32 } from 'node:zlib';
import { below, pick } from '../support/random.ts';

type Random = () => number;

/** Values at which sizes, counts and offsets overflow or change their sign, in a byte, a word or a long. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff] as const;
/** Bytes at the start, where most of what a decoder relies on is. */
const HEADER = 256;

/** One to four changes, half of them in the header. */
export function mutated(original: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let left = 1 + below(4, random); left > 0; left -= 1) {
    if (bytes.length > 8) bytes = pick(CHANGES, random)(bytes, random);
  }
  return bytes;
}

const place = (bytes: Buffer, random: Random, room = 1) => {
  const end = bytes.length - room + 1;
  return below(random() < 0.5 ? Math.min(HEADER, end) : end, random);
};

const CHANGES: readonly [Change, ...Change[]] = [
  function flip(bytes, random) {
    const at = place(bytes, random);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8, random));
    return bytes;
  },
  function overwrite(bytes, random) {
    bytes[place(bytes, random)] = below(256, random);
    return bytes;
  },
  function edgeOfWord(bytes, random) {
    const value = pick(EDGES, random) & 0xffff;
    const at = place(bytes, random, 2);
    if (random() < 0.5) bytes.writeUInt16BE(value, at);
    else bytes.writeUInt16LE(value, at);
    return bytes;
  },
  function edgeOfLong(bytes, random) {
    const at = place(bytes, random, 4);
    if (random() < 0.5) bytes.writeUInt32BE(pick(EDGES, random), at);
    else bytes.writeUInt32LE(pick(EDGES, random), at);
    return bytes;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, below(bytes.length, random));
  },
  function remove(bytes, random) {
    const at = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(64, random))]);
  },
  function repeat(bytes, random) {
    const at = place(bytes, random);
    const part = bytes.subarray(at, at + 1 + below(64, random));
    return Buffer.concat([
      bytes.subarray(0, at),
      ...Array<Buffer>(1 + below(20, random)).fill(part),
      bytes.subarray(at),
    ]);
  },
  function move(bytes, random) {
    const [from, to] = [place(bytes, random), place(bytes, random)];
    bytes.copyWithin(to, from, from + 1 + below(64, random));
    return bytes;
  },
];
type Change = (bytes: Buffer, random: Random) => Buffer;

/**
 * Corrects the checksum of each chunk of a PNG, without which nearly all mutations would fail at the first check. Leaves
 * other formats as they are.
 */
export function withChecksums(picture: Buffer): Buffer {
  const bytes = Buffer.from(picture);
  if (bytes.toString('latin1', 1, 4) !== 'PNG') return bytes;
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return bytes;
}

/** Text with pieces removed, doubled and inserted: brackets, quotes, escapes, halves of characters, long runs. */
export function mutatedText(original: string, random: Random): string {
  let text = original;
  for (let left = 1 + below(4, random); left > 0; left -= 1) {
    const [a, b] = [below(text.length + 1, random), below(text.length + 1, random)].toSorted((x, y) => x - y) as [
      number,
      number,
    ];
    const middle = text.slice(a, Math.min(b, a + 40));
    text =
      text.slice(0, a) +
      pick([pick(PIECES, random), middle + middle, ''], random) +
      text.slice(a + (random() < 0.5 ? middle.length : 0));
  }
  return text;
}

const PIECES = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '/',
  '..',
  '//',
  '%2F',
  '%',
  '+',
  ' ',
  '\0',
  '\n',
  '\u202e',
  '\ud800',
  'é',
  'e\u0301',
  '🙂',
  '~',
  '#',
  '?',
  '&',
  'null',
  '-1',
  '1e999',
  '"__proto__":{"polluted":1}',
  'x'.repeat(1200),
  '['.repeat(5000),
] as const;

const VALUES = [
  null,
  -1,
  0,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  'x',
  'x'.repeat(3000),
  '\0',
  true,
  [],
  {},
  [[]],
  { length: -1 },
] as const;

/** The same value with one part replaced, renamed or removed. */
export function mutatedValue(value: unknown, random: Random): unknown {
  if (typeof value === 'string' && random() < 0.7) return mutatedText(value, random);
  if (typeof value !== 'object' || value === null || random() < 0.1) return pick(VALUES, random);
  if (Array.isArray(value))
    return value.map((item, at) =>
      at === below(value.length, random) ? mutatedValue(item, random) : (item as unknown),
    );
  const entries = Object.entries(value);
  const chosen = below(entries.length, random);
  return Object.fromEntries(
    entries.flatMap(([key, part], at) => {
      if (at !== chosen) return [[key, part]];
      if (random() < 0.15) return [];
      return random() < 0.1 ? [[`${key}?`, part]] : [[key, mutatedValue(part, random)]];
    }),
  );
}
