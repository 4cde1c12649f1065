import { setTimeout as sleep } from 'node:timers/promises';
import type { Dashboard } from '../../web/local/server.ts';

/** What is counted row by row when it is asked for the first time, in the order in which people mostly come to it. */
const COUNTED = ['/api/photos/days', '/api/people', '/api/unknown', '/api/statistics'];

/** In milliseconds: until the first question, so that whoever opens the page at once goes first, and between two. */
const PAUSES = { first: 3000, between: 1000 };

/**
 * Asks a dashboard that has just started for what it counts, one after the other: with a hundred thousand photos, whoever
 * comes to the people or the trends would wait for seconds. Nobody has to know how that went.
 */
export async function countBeforehand(
  { url, token }: Pick<Dashboard, 'url' | 'token'>,
  pauses = PAUSES,
): Promise<void> {
  let pause = pauses.first;
  for (const path of COUNTED) {
    await sleep(pause, undefined, { ref: false });
    pause = pauses.between;
    try {
      const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      await answer.arrayBuffer();
    } catch {
      return;
    }
  }
}
