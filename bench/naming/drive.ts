import type { Locator, Page } from 'playwright-core';
import { NAMES } from './people.ts';

/** Keys that were pressed: those that act, and the letters of names. */
export interface Keys {
  acting: number;
  letters: number;
}

/** Longer than any answer takes. In milliseconds. */
const WAIT_MS = 60_000;

/** Somebody at the Name page who knows everybody, and has only a keyboard. */
export class Namer {
  readonly keys: Keys = { acting: 0, letters: 0 };
  readonly #page: Page;
  readonly #truth: ReadonlyMap<string, number>;
  readonly #named = new Set<string>();

  constructor(page: Page, truth: ReadonlyMap<string, number>) {
    this.#page = page;
    this.#truth = truth;
  }

  /** Names the group that is shown. Of a mixed one, the faces of others are taken out first. */
  async nameGroup(): Promise<void> {
    const people = await this.#peopleShown();
    const groups = [...Map.groupBy(people, (one) => one)].toSorted(([, a], [, b]) => b.length - a.length);
    const person = groups[0]![0];
    for (const [at, one] of people.entries()) if (one !== person) await this.#takeOut(at);
    await this.#answer(NAMES[person]!);
  }

  /** Gives a wrong name to the group that is shown, sees it, takes it back, and is at the group again. */
  async nameWronglyAndUndo(): Promise<void> {
    const before = await this.#group();
    const [person = 0] = await this.#peopleShown();
    await this.#answer(NAMES[(person + 1) % NAMES.length]!);
    await this.#press('Control+z');
    await this.#until((group) => group === before, 'The group is not there again.');
  }

  /** Whether a group is left. */
  async hasGroup(): Promise<boolean> {
    const done = this.#page.getByText('Every face has an answer');
    await this.#region()
      .or(done)
      .first()
      .waitFor({ timeout: 2 * WAIT_MS });
    return !(await done.isVisible());
  }

  async #answer(name: string): Promise<void> {
    const before = await this.#group();
    if ((await this.#suggested()) === name) await this.#press('y');
    else await this.#type(name);
    this.#named.add(name);
    // The next group is there at once.
    await this.#until((group) => group !== before, 'The next group is not there.');
  }

  /** Asks from outside: the page's policy forbids to wait for an expression in it. */
  async #until(isThere: (group: string) => boolean, otherwise: string): Promise<void> {
    for (let round = 0; !isThere(await this.#group()); round += 1) {
      if (round * 20 > WAIT_MS) throw new Error(otherwise);
      await this.#page.waitForTimeout(20);
    }
  }

  /** Types until the list has the person first, and takes it from there; a new name whole. */
  async #type(name: string): Promise<void> {
    // Where somebody is suggested, the keys are for answers, and a slash goes to the field.
    if (await this.#suggested()) await this.#press('/');
    for (const letter of name) {
      await this.#page.keyboard.type(letter);
      this.keys.letters += 1;
      if (this.#named.has(name) && (await this.#firstOption()) === name) {
        await this.#press('ArrowDown');
        return this.#press('Enter');
      }
    }
    await this.#press('Enter');
  }

  /** By arrows from the first face of the group. */
  async #takeOut(at: number): Promise<void> {
    const chosen = this.#region().getByRole('row').nth(at);
    for (let tabs = 0; !(await this.#isInGrid()); tabs += 1) {
      if (tabs > 20) throw new Error('The faces cannot be reached by keyboard.');
      await this.#press('Shift+Tab');
    }
    for (let moves = 0; !(await isFocused(chosen)); moves += 1) {
      if (moves > 200) throw new Error(`Face ${at} cannot be reached by arrows.`);
      await this.#press('ArrowRight');
    }
    await this.#press('Space');
  }

  async #press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
    this.keys.acting += 1;
  }

  async #peopleShown(): Promise<number[]> {
    const faces = await this.#page.evaluate<string[]>(FACES);
    return faces.map((face) => this.#truth.get(face)!);
  }

  #region(): Locator {
    return this.#page.getByRole('region', { name: /^Group of/ });
  }

  readonly #group = () => this.#page.evaluate<string>(`(${GROUP})()`);
  readonly #isInGrid = () => this.#page.evaluate<boolean>(`document.activeElement?.closest('[role=row]') != null`);
  readonly #suggested = () =>
    this.#page.evaluate<string | undefined>(`document.querySelector('.suggested h2 bdi')?.textContent`);

  /** The list opens a moment after the letter. */
  async #firstOption(): Promise<string | undefined> {
    await this.#page.waitForTimeout(30);
    return this.#page.evaluate<string | undefined>(`document.querySelector('[role=option] bdi')?.textContent`);
  }
}

const isFocused = (locator: Locator) => locator.evaluate((element) => element.matches(':focus'));

/** The faces that are shown, as `<photo>#<number>`, in their order. */
const FACES = `[...document.querySelectorAll('.group-faces [role=row] img')].map(({ src }) => {
  const [, photo, index] = /crops\\/([^/]+)\\/(\\d+)/.exec(src);
  return decodeURIComponent(photo) + '#' + index;
})`;
const GROUP = `() => ${FACES}.join(' ')`;
