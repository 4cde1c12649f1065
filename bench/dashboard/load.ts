import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from './server.ts';

/** One answer: its route, and how long it took from the time at which it was due, in milliseconds. */
export interface Sample {
  readonly route: string;
  readonly ms: number;
  readonly ok: boolean;
}

/** A kind of request, how often of a hundred it comes, and the paths that it asks for in turn. */
export interface Kind {
  readonly route: string;
  readonly share: number;
  readonly paths: readonly string[];
}

export const askFor = async ({ url, token }: Server, path: string): Promise<Response> =>
  fetch(url + path, { headers: { authorization: `Bearer ${token}` } });

/**
 * Sends requests at fixed times, whether the ones before are answered or not, so that a slow answer delays none and
 * hides none: the time counts from when a request was due.
 */
export async function offerLoad(
  server: Server,
  kinds: readonly Kind[],
  { perSecond, seconds, random }: { perSecond: number; seconds: number; random: () => number },
): Promise<Sample[]> {
  const asked = new Map<string, number>();
  const samples: Promise<Sample>[] = [];
  const began = performance.now();
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const due = began + (n * 1000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const { route, paths } = choose(kinds, random());
    const turn = asked.get(route) ?? 0;
    asked.set(route, turn + 1);
    samples.push(timed(server, route, paths[turn % paths.length]!, due));
  }
  return Promise.all(samples);
}

async function timed(server: Server, route: string, path: string, due: number): Promise<Sample> {
  const response = await askFor(server, path).catch(() => undefined);
  await response?.arrayBuffer();
  return { route, ms: performance.now() - due, ok: response?.ok ?? false };
}

function choose(kinds: readonly Kind[], dice: number): Kind {
  const all = kinds.reduce((sum, { share }) => sum + share, 0);
  let left = dice * all;
  for (const kind of kinds) {
    left -= kind.share;
    if (left < 0) return kind;
  }
  return kinds.at(-1)!;
}

/** The value below which this share of the values is. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
