import type { PersonId } from '../../schemas/faces.ts';
import type { Forgetting } from '../../schemas/forgetting.ts';
import { personOfKey, PREFIXES, tombstoneIdOf } from '../../schemas/keys.ts';
import { peopleEnrolledBy } from './dead-letters.ts';

/**
 * Finds people who were forgotten in texts. It knows them by the hashes that tombstones keep, so it can look for them
 * when nobody knows their ids any more.
 */
export class Traces {
  /** All ids that are known, to read what is kept under them. */
  readonly ids: readonly PersonId[];
  readonly #hashes: ReadonlySet<string>;
  readonly #sought = new Map<string, boolean>();

  constructor({ ids, tombstones = [] }: Pick<Forgetting, 'ids' | 'tombstones'>) {
    this.ids = ids;
    this.#hashes = new Set([...ids.map(tombstoneIdOf), ...tombstones]);
  }

  in(text: string): boolean {
    return [...text.matchAll(/p_[0-9a-f]{24}/g)].some(([id]) => this.#isSought(id));
  }

  /** Also finds who is only named by a key that enrols them. */
  inEvent(body: string): boolean {
    return this.in(body) || peopleEnrolledBy(body).some((id) => this.#isSought(id));
  }

  inKey(key: string): boolean {
    const person = key.startsWith(PREFIXES.enroll) ? personOfKey(key) : undefined;
    return person !== undefined && this.#isSought(person.person_id);
  }

  #isSought(id: string): boolean {
    const known = this.#sought.get(id);
    if (known !== undefined) return known;
    const sought = this.#hashes.has(tombstoneIdOf(id as PersonId));
    this.#sought.set(id, sought);
    return sought;
  }
}
