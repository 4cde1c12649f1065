import { distanceOf } from '../../local/rekognition/similarity.ts';
import type { Probe } from './collect.ts';

export interface Rates {
  readonly threshold: number;
  /** Of the probes of enrolled people: another person is the nearest, and near enough. */
  readonly wrong: number;
  /** Of the probes of enrolled people: nobody, or only others, are near enough. */
  readonly missed: number;
  /** Of the probes of people who are not enrolled: somebody is near enough. */
  readonly falselyNamed: number;
}

export function distance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

interface Nearest {
  readonly own: number;
  readonly other: number;
}

function nearest(probe: Probe, gallery: readonly Probe[]): Nearest {
  let [own, other] = [Infinity, Infinity];
  for (const face of gallery) {
    const apart = distance(probe.vector, face.vector);
    if (face.person === probe.person) own = Math.min(own, apart);
    else other = Math.min(other, apart);
  }
  return { own, other };
}

/** Closed set: of the probes of enrolled people, the share whose nearest face in the gallery is of the same person. */
export function rankOne(gallery: readonly Probe[], probes: readonly Probe[]): number {
  const found = probes.map((probe) => nearest(probe, gallery)).filter(({ own }) => own < Infinity);
  return found.filter(({ own, other }) => own < other).length / found.length;
}

/** Open set: every third person is left out of the gallery once, so each is both enrolled and unknown. */
export function openSet(gallery: readonly Probe[], probes: readonly Probe[], thresholds: readonly number[]): Rates[] {
  const people = [...new Set(gallery.map(({ person }) => person))];
  const group = new Map(people.map((person, i) => [person, i % 3]));
  const known: Nearest[] = [];
  const unknown: Nearest[] = [];
  for (const leftOut of [0, 1, 2]) {
    const enrolled = gallery.filter(({ person }) => group.get(person) !== leftOut);
    for (const probe of probes) {
      const found = nearest(probe, enrolled);
      (found.own === Infinity ? unknown : known).push(found);
    }
  }
  return thresholds.map((threshold) => {
    const limit = distanceOf(threshold);
    const share = (of: Nearest[], is: (each: Nearest) => boolean) => of.filter(is).length / of.length;
    return {
      threshold,
      wrong: share(known, ({ own, other }) => other <= limit && other < own),
      missed: share(known, ({ own, other }) => own > limit || other < own),
      falselyNamed: share(unknown, ({ other }) => other <= limit),
    };
  });
}
