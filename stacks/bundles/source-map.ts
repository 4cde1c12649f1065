interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  /** Lines apart by `;`, segments by `,`, each up to five numbers counted from the segment before. */
  readonly mappings: string;
}

/** Column, source, line, column there, name. A segment of one number ends the one before it and maps nothing. */
type Segment = readonly number[];

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Leaves out of a source map what maps into dependencies: nine tenths of it, which a cold start would read
 * and nobody would look at. https://tc39.es/ecma426/
 */
export function mapOwnCode(text: string): string {
  const map = JSON.parse(text) as SourceMap;
  const sources = new Numbering(map.sources);
  const names = new Numbering(map.names);
  const own = ([column = 0, source, line = 0, at = 0, name]: Segment): Segment => {
    if (source === undefined || map.sources[source]?.includes('node_modules/')) return [column];
    const mapped = [column, sources.number(source), line, at];
    return name === undefined ? mapped : [...mapped, names.number(name)];
  };
  const mappings = encode(decode(map.mappings).map((line) => withoutRepeats(line.map(own))));
  return JSON.stringify({ version: map.version, sources: sources.used, names: names.used, mappings });
}

/** Numbers again, in the order of their use, what is still used. */
class Numbering {
  readonly used: string[] = [];
  readonly #all: readonly string[];
  readonly #numbers = new Map<number, number>();

  constructor(all: readonly string[]) {
    this.#all = all;
  }

  number(before: number): number {
    const known = this.#numbers.get(before);
    if (known !== undefined) return known;
    this.#numbers.set(before, this.used.length);
    return this.used.push(this.#all[before] ?? '') - 1;
  }
}

/** One segment that maps nothing says it for all that follow. */
const withoutRepeats = (line: readonly Segment[]) =>
  line.filter((segment, index) => segment.length > 1 || (line[index - 1]?.length ?? 1) > 1);

function decode(mappings: string): Segment[][] {
  const last = [0, 0, 0, 0, 0];
  return mappings.split(';').map((line) => {
    last[0] = 0;
    return line === ''
      ? []
      : line.split(',').map((segment) => numbersIn(segment).map((delta, i) => (last[i]! += delta)));
  });
}

function encode(lines: readonly (readonly Segment[])[]): string {
  const last = [0, 0, 0, 0, 0];
  return lines
    .map((line) => {
      last[0] = 0;
      const one = (value: number, i: number) => {
        const delta = value - last[i]!;
        last[i] = value;
        return digitsOf(delta);
      };
      return line.map((segment) => segment.map(one).join('')).join(',');
    })
    .join(';');
}

/** Base 64, five bits a digit, the least significant first; the sixth says that more follow, the lowest bit is the sign. */
function numbersIn(segment: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}

function digitsOf(number: number): string {
  let left = number < 0 ? (-number << 1) | 1 : number << 1;
  let digits = '';
  do {
    const more = left >>> 5 > 0 ? 32 : 0;
    digits += DIGITS[(left & 31) | more];
    left >>>= 5;
  } while (left > 0);
  return digits;
}
