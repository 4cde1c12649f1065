import { personNameOf, PREFIXES } from '../../schemas/keys.ts';
import { UsageError } from '../failure.ts';
import { printable } from '../text.ts';

/** A name as enrolments understand it. */
export function personName(typed: string): string {
  const name = typed.includes('/') || typed.trim().startsWith('.') ? undefined : nameIn(typed);
  if (name !== undefined) return name;
  throw new UsageError(
    `"${printable(typed.slice(0, 100))}" is not a name: it needs 1 to 200 characters, of which one can be seen, ` +
      'must not start with a dot, and must not contain a slash, control characters or marks of direction.',
  );
}

const nameIn = (typed: string) => personNameOf(`${PREFIXES.enroll}${typed}/`);
