import type { Json } from '../../local/step-functions/state-types.ts';
import { isPresent, select, type Context } from './paths.ts';

type Rule = Readonly<Record<string, unknown>>;

const COMPARISONS: Readonly<Record<string, (value: Json, expected: unknown) => boolean>> = {
  BooleanEquals: (value, expected) => value === expected,
  StringEquals: (value, expected) => value === expected,
  NumericEquals: (value, expected) => value === expected,
  NumericGreaterThan: (value, expected) => typeof value === 'number' && value > Number(expected),
};

/** Whether a rule of a Choice holds. Throws for what the simulation does not know, so that it never guesses. */
export function holds(rule: Rule, input: Json, context: Context): boolean {
  const { Variable, Next: _, ...rest } = rule;
  if (Array.isArray(rest['And'])) return rest['And'].every((one: Rule) => holds(one, input, context));
  if (Array.isArray(rest['Or'])) return rest['Or'].some((one: Rule) => holds(one, input, context));
  if (rest['Not'] !== undefined) return !holds(rest['Not'] as Rule, input, context);
  const [[operator, expected] = ['', undefined], ...others] = Object.entries(rest);
  const path = String(Variable);
  if (operator === 'IsPresent') return isPresent(path, input, context) === expected;
  const compare = COMPARISONS[operator];
  if (!compare || others.length > 0) throw new Error(`The simulation does not know ${JSON.stringify(rule)}.`);
  return compare(select(path)(input, context), expected);
}
