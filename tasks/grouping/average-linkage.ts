/** A face to group. */
export interface Face {
  readonly id: string;
  readonly photo: string;
}

/** How similar two faces are, 0-100. */
export interface Pair {
  readonly faces: readonly [string, string];
  readonly similarity: number;
}

interface Cluster {
  readonly faces: string[];
  readonly photos: Set<string>;
  /** To each cluster that this one may be joined with: the sum of the similarities of all pairs, in units. */
  readonly links: Map<Cluster, number>;
}

/** Units of a similarity. The sums are whole numbers and therefore exact, whatever the order of the pairs. */
const UNITS = 1000;

/**
 * Clusters faces by average linkage: two clusters are joined while the mean similarity of all pairs between them is
 * `threshold` or more. A pair that is not given counts as 0, so a few similar pairs cannot join two people. Faces of
 * one photo never come together. Faces alone in their cluster are left out; the order of the input does not matter.
 *
 * It follows the chain of nearest neighbours (F. Murtagh, "A survey of recent advances in hierarchical clustering
 * algorithms", 1983). That is the same result as always joining the nearest two, ties aside, without a search for them.
 */
export function averageLinkage(faces: readonly Face[], pairs: readonly Pair[], threshold: number): string[][] {
  const open = new Set(clustersOf(faces, pairs));
  const done: Cluster[] = [];
  for (const start of open) {
    const chain = [start];
    for (let last = chain.at(-1); last; last = chain.at(-1)) {
      const previous = chain.at(-2);
      const next = nearest(last, previous, threshold);
      if (!next) {
        // Joining others cannot bring them nearer to this one.
        open.delete(last);
        done.push(last);
        chain.pop();
      } else if (next === previous) {
        chain.length -= 2;
        join(previous, last);
        open.delete(last);
        if (chain.length === 0) chain.push(previous);
      } else {
        chain.push(next);
      }
    }
  }
  return done
    .filter(({ faces: { length } }) => length > 1)
    .map((cluster) => cluster.faces.toSorted())
    .toSorted(largestFirst);
}

/** One for each face, in the order of the ids. */
function clustersOf(faces: readonly Face[], pairs: readonly Pair[]): Cluster[] {
  const clusters = new Map<string, Cluster>();
  for (const { id, photo } of faces.toSorted((a, b) => compare(a.id, b.id))) {
    clusters.set(id, { faces: [id], photos: new Set([photo]), links: new Map() });
  }
  for (const { faces: ids, similarity } of pairs) {
    const [a, b] = [clusters.get(ids[0]), clusters.get(ids[1])];
    if (!a || !b || a === b || sharePhoto(a, b)) continue;
    // Both directions of a pair may be given.
    const units = Math.max(a.links.get(b) ?? 0, Math.round(similarity * UNITS));
    a.links.set(b, units);
    b.links.set(a, units);
  }
  return [...clusters.values()];
}

/** The nearest cluster at `threshold` or nearer; of several, the previous of the chain, or else the first by id. */
function nearest(cluster: Cluster, previous: Cluster | undefined, threshold: number): Cluster | undefined {
  let [best, most] = [undefined as Cluster | undefined, threshold * UNITS];
  for (const [other, sum] of cluster.links) {
    const mean = sum / (cluster.faces.length * other.faces.length);
    if (mean < most) continue;
    const isNearer = mean > most || !best || (best !== previous && (other === previous || isBefore(other, best)));
    if (isNearer) [best, most] = [other, mean];
  }
  return best;
}

/** Adds the second cluster to the first. */
function join(into: Cluster, from: Cluster): void {
  into.faces.push(...from.faces);
  for (const photo of from.photos) into.photos.add(photo);
  for (const [other, sum] of from.links) {
    other.links.delete(from);
    if (other === into) continue;
    const both = sum + (into.links.get(other) ?? 0);
    into.links.set(other, both);
    other.links.set(into, both);
  }
  for (const other of into.links.keys()) {
    if (!sharePhoto(into, other)) continue;
    into.links.delete(other);
    other.links.delete(into);
  }
}

function sharePhoto({ photos: some }: Cluster, { photos: others }: Cluster): boolean {
  const [few, many] = some.size < others.size ? [some, others] : [others, some];
  return [...few].some((photo) => many.has(photo));
}

const isBefore = (a: Cluster, b: Cluster) => a.faces[0]! < b.faces[0]!;

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

const largestFirst = (a: readonly string[], b: readonly string[]) => b.length - a.length || compare(a[0]!, b[0]!);
