/** An item of DynamoDB with plain values, as the document client has them. */
export type Item = Readonly<Record<string, unknown>>;

interface Names {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Item | undefined;
}

/** The update of one item by UpdateItem. */
export interface Update extends Names {
  readonly Key?: Item | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
}

type Value = number | string | boolean | undefined;

const TOKENS = /\s*(attribute_not_exists|attribute_exists|if_not_exists|<=|>=|<>|[=<>(),+-]|[#:]?\w+)/gy;

/**
 * What the meter of the quotas uses of DynamoDB's expressions. Throws for everything else.
 * test/bench/burst/expressions.test.ts compares it with the local DynamoDB.
 */
class Parser {
  readonly #tokens: string[];
  readonly #item: Item;
  readonly #names: Names;

  constructor(expression: string, item: Item, names: Names) {
    this.#tokens = Array.from(expression.matchAll(TOKENS), ([, token]) => token!);
    if (this.#tokens.join('') !== expression.replaceAll(/\s/g, '')) throw new Error(`Cannot read ${expression}.`);
    this.#item = item;
    this.#names = names;
  }

  condition(): boolean {
    const result = this.#or();
    if (this.#tokens.length > 0) throw new Error(`There is ${this.#tokens.join(' ')} after the condition.`);
    return result;
  }

  /** What SET and REMOVE make of the item. All values are those before the update. */
  update(): Item {
    const updated: Record<string, unknown> = { ...this.#item };
    while (this.#tokens.length > 0) {
      const clause = this.#tokens.shift()!.toUpperCase();
      do {
        const name = this.#attribute(this.#tokens.shift()!);
        if (clause === 'REMOVE') delete updated[name];
        else if (clause === 'SET') {
          this.#expect('=');
          updated[name] = this.#sum();
        } else throw new Error(`There is no clause ${clause} here.`);
      } while (this.#skip(','));
    }
    return updated;
  }

  #or(): boolean {
    let result = this.#and();
    while (this.#skip('OR')) result = this.#and() || result;
    return result;
  }

  #and(): boolean {
    let result = this.#not();
    while (this.#skip('AND')) result = this.#not() && result;
    return result;
  }

  #not(): boolean {
    if (this.#skip('NOT')) return !this.#not();
    if (this.#skip('(')) {
      const result = this.#or();
      this.#expect(')');
      return result;
    }
    if (this.#skip('attribute_exists')) return this.#argument() !== undefined;
    if (this.#skip('attribute_not_exists')) return this.#argument() === undefined;
    return this.#comparison();
  }

  /** Values of different types, or an absent one, are neither equal nor ordered. */
  #comparison(): boolean {
    const left = this.#sum();
    const operator = this.#tokens.shift()!;
    const right = this.#sum();
    if (operator === '<>') return left !== right;
    if (left === undefined || right === undefined || typeof left !== typeof right) return false;
    if (operator === '=') return left === right;
    if (operator === '<') return left < right;
    if (operator === '<=') return left <= right;
    if (operator === '>') return left > right;
    if (operator === '>=') return left >= right;
    throw new Error(`There is no comparison ${operator}.`);
  }

  #argument(): Value {
    this.#expect('(');
    const value = this.#operand();
    this.#expect(')');
    return value;
  }

  #sum(): Value {
    let value = this.#operand();
    for (const sign of ['+', '-'] as const) {
      while (this.#skip(sign)) {
        const sum = this.#number(value) + (sign === '+' ? 1 : -1) * this.#number(this.#operand());
        // DynamoDB computes in decimals.
        value = Number(sum.toPrecision(16));
      }
    }
    return value;
  }

  #number(value: Value): number {
    if (typeof value === 'number') return value;
    throw Object.assign(new Error('An operand in the update expression has an incorrect data type'), {
      name: 'ValidationException',
    });
  }

  #operand(): Value {
    const token = this.#tokens.shift() ?? '';
    if (token === 'if_not_exists') {
      this.#expect('(');
      const value = this.#operand();
      this.#expect(',');
      const otherwise = this.#operand();
      this.#expect(')');
      return value ?? otherwise;
    }
    if (token.startsWith(':')) return this.#names.ExpressionAttributeValues?.[token] as Value;
    return this.#item[this.#attribute(token)] as Value;
  }

  #attribute(token: string): string {
    return token.startsWith('#') ? (this.#names.ExpressionAttributeNames?.[token] ?? token) : token;
  }

  #skip(token: string): boolean {
    if (this.#tokens[0]?.toUpperCase() !== token.toUpperCase()) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    if (!this.#skip(token)) throw new Error(`${token} is missing before ${this.#tokens.join(' ')}.`);
  }
}

/** The item after the update. Undefined if its condition does not hold. */
export function applyUpdate(item: Item | undefined, update: Update): Item | undefined {
  const { ConditionExpression: condition, UpdateExpression: expression = '' } = update;
  if (condition !== undefined && !new Parser(condition, item ?? {}, update).condition()) return undefined;
  return new Parser(expression, item ?? { ...update.Key }, update).update();
}
