import { BlockList, isIP } from 'node:net';

type Test = (value: unknown) => boolean;
type Json = Readonly<Record<string, unknown>>;

/**
 * Compiles an event pattern. Throws if it is invalid. The semantics are those of
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html:
 * all fields must match, one of a field's values is enough, an event's array matches when one of its elements does,
 * and fields of objects in an array must match within one object.
 */
export function compilePattern(pattern: object): (event: object) => boolean {
  return compileObject(pattern, 'the pattern');
}

function compileObject(pattern: unknown, path: string): Test {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) throw invalid(path, 'must be an object with fields');
  const tests = Object.entries(pattern).map(([name, value]): Test => {
    if (name === '$or' && Array.isArray(value) && value.every(isObject)) return compileOr(value, `${path}.$or`);
    const field = Array.isArray(value)
      ? compileLeaf(value, `${path}.${name}`)
      : compileObject(value, `${path}.${name}`);
    return (event) => field(isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined);
  });
  const one: Test = (event) => tests.every((test) => test(event));
  return (event) => {
    const objects = flat(event).filter(isObject);
    // Without an object here, a pattern can still ask for a field not to exist.
    return objects.length === 0 ? one({}) : objects.some(one);
  };
}

function compileOr(patterns: readonly unknown[], path: string): Test {
  if (patterns.length < 2) throw invalid(path, 'must have at least two patterns');
  const tests = patterns.map((pattern, at) => compileObject(pattern, `${path}[${at}]`));
  return (event) => tests.some((test) => test(event));
}

function compileLeaf(matchers: readonly unknown[], path: string): Test {
  if (matchers.length === 0) throw invalid(path, 'must not be an empty list');
  const tests = matchers.map((matcher) => compileMatcher(matcher, path));
  // Only leaves are values: an object or a missing field has nothing to match, like an empty list.
  return (value) => {
    const leaves = value === undefined ? [] : flat(value).filter((leaf) => !isObject(leaf));
    return tests.some((test) => test(leaves));
  };
}

/** Tests all leaves of a field. */
function compileMatcher(matcher: unknown, path: string): (leaves: unknown) => boolean {
  if (isObject(matcher) && 'exists' in matcher) {
    const wanted = matcher['exists'];
    if (typeof wanted !== 'boolean') throw invalid(path, 'exists must be true or false');
    return (leaves) => (leaves as unknown[]).length > 0 === wanted;
  }
  const test = isObject(matcher) ? compileOperator(matcher, path) : equal(matcher);
  return (leaves) => (leaves as unknown[]).some(test);
}

function compileOperator(matcher: Json, path: string): Test {
  const [name, ...more] = Object.keys(matcher);
  const operand = name === undefined ? undefined : matcher[name];
  if (more.length > 0) throw invalid(path, 'has a match with more than one operator');
  switch (name) {
    case 'anything-but':
      return anythingBut(operand, path);
    case 'numeric':
      return numeric(operand, path);
    case 'cidr':
      return cidr(operand, path);
    default:
      return textOperator(name, operand, path);
  }
}

/** The string operators, which anything-but accepts too. */
function textOperator(name: string | undefined, operand: unknown, path: string): Test {
  if (name === 'prefix' || name === 'suffix') {
    const ignoreCase = isObject(operand) ? operand['equals-ignore-case'] : undefined;
    const fold = ignoreCase === undefined ? (text: string) => text : lower;
    const part = fold(string(ignoreCase ?? operand, path));
    return (value) =>
      typeof value === 'string' && (name === 'prefix' ? fold(value).startsWith(part) : fold(value).endsWith(part));
  }
  if (name === 'equals-ignore-case') {
    const text = lower(string(operand, path));
    return (value) => typeof value === 'string' && lower(value) === text;
  }
  if (name === 'wildcard') {
    const expression = wildcard(string(operand, path), path);
    return (value) => typeof value === 'string' && expression.test(value);
  }
  throw invalid(path, `has an unknown operator: ${name ?? '{}'}`);
}

function anythingBut(operand: unknown, path: string): Test {
  if (!isObject(operand)) {
    const values = Array.isArray(operand) ? operand : [operand];
    if (values.length === 0 || values.some((value) => typeof value === 'object')) {
      throw invalid(path, 'anything-but takes strings, numbers or one operator');
    }
    return (value) => !values.includes(value);
  }
  const [name, value] = Object.entries(operand)[0] ?? [];
  const tests = (Array.isArray(value) ? value : [value]).map((one) => textOperator(name, one, path));
  return (leaf) => !tests.some((test) => test(leaf));
}

const COMPARE: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

function numeric(operand: unknown, path: string): Test {
  const list = Array.isArray(operand) ? operand : [];
  if (list.length !== 2 && list.length !== 4) throw invalid(path, 'numeric takes one or two comparisons');
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < list.length; at += 2) {
    const compare = COMPARE[String(list[at])];
    const bound: unknown = list[at + 1];
    if (!compare || typeof bound !== 'number')
      throw invalid(path, 'numeric takes pairs of =, <, <=, >, >= and a number');
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function cidr(operand: unknown, path: string): Test {
  const [address = '', bits = ''] = string(operand, path).split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  try {
    list.addSubnet(address, Number(bits), family);
  } catch {
    throw invalid(path, 'cidr takes an address block such as 10.0.0.0/24');
  }
  return (value) =>
    typeof value === 'string' && isIP(value) !== 0 && list.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4');
}

/** `*` matches any characters. `\*` and `\\` match themselves. */
function wildcard(text: string, path: string): RegExp {
  const tokens = text.match(/\\[*\\]|[^]/g) ?? [];
  if (tokens.some((token, at) => token === '*' && tokens[at + 1] === '*')) {
    throw invalid(path, 'wildcard takes no two * in a row');
  }
  const literal = (token: string) =>
    (token.length === 2 ? token.slice(1) : token).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  return new RegExp(`^${tokens.map((token) => (token === '*' ? '[^]*' : literal(token))).join('')}$`);
}

function equal(wanted: unknown): Test {
  return (value) => value === wanted;
}

function flat(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flat(Infinity) : [value];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function lower(text: string): string {
  return text.toLowerCase();
}

function string(value: unknown, path: string): string {
  if (typeof value !== 'string') throw invalid(path, 'takes a string');
  return value;
}

function invalid(path: string, what: string): Error {
  return new Error(`Event pattern is not valid: ${path} ${what}`);
}
