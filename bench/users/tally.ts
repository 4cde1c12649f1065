/** What one search said of one picture. */
export interface Answer {
  /** Undefined for somebody who is not enrolled. */
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly similarity: number;
}

export interface Tally {
  /** Named rightly, or rightly not named. */
  readonly right: number;
  /** Named as somebody else. */
  readonly wrong: number;
  /** Enrolled, and not named. */
  readonly missed: number;
}

export function tallyAt(answers: readonly Answer[], threshold: number): Tally {
  let [right, wrong, missed] = [0, 0, 0];
  for (const { expected, found, similarity } of answers) {
    const named = similarity >= threshold ? found : undefined;
    if (named === expected) right += 1;
    else if (named === undefined) missed += 1;
    else wrong += 1;
  }
  return { right, wrong, missed };
}
