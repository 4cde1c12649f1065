export interface Scores {
  /** Pairs of faces of two people in one group. */
  readonly fused: number;
  /** Pairs of faces of one person that are not in one group. */
  readonly split: number;
  readonly pairwise: Measure;
  /** Each face's own precision and recall, averaged (Bagga and Baldwin, 1998). */
  readonly bcubed: Measure;
}

/** 0 to 1. */
interface Measure {
  readonly precision: number;
  readonly recall: number;
  readonly f: number;
}

/** Compares groups with the truth. A face in no group is a group of its own. */
export function scoresOf(personOf: ReadonlyMap<string, string>, groups: readonly (readonly string[])[]): Scores {
  const grouped = new Set(groups.flat());
  const alone = [...personOf.keys()].filter((face) => !grouped.has(face)).map((face) => [face]);
  const people = new Map<string, number>();
  for (const person of personOf.values()) people.set(person, (people.get(person) ?? 0) + 1);
  const sums = { precision: 0, recall: 0 };
  let [together, right] = [0, 0];
  for (const group of [...groups, ...alone]) {
    together += pairsOf(group.length);
    for (const [person, { length }] of Map.groupBy(group, (face) => personOf.get(face)!)) {
      right += pairsOf(length);
      sums.precision += length * (length / group.length);
      sums.recall += length * (length / people.get(person)!);
    }
  }
  const same = [...people.values()].reduce((sum, count) => sum + pairsOf(count), 0);
  return {
    fused: together - right,
    split: same - right,
    pairwise: measure(share(right, together), share(right, same)),
    bcubed: measure(share(sums.precision, personOf.size), share(sums.recall, personOf.size)),
  };
}

const pairsOf = (count: number) => (count * (count - 1)) / 2;

/** Of nothing, everything is right. */
const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);

function measure(precision: number, recall: number): Measure {
  const sum = precision + recall;
  return { precision, recall, f: sum === 0 ? 0 : (2 * precision * recall) / sum };
}
