import { setTimeout as sleep } from 'node:timers/promises';

/** How many times as long as the work before it a rest is. */
const REST = 3;

/** Gives what comes step by step, and rests after each step: for what nobody waits for, while others want answers. */
export async function* calmly<Step>(steps: AsyncIterable<Step>): AsyncGenerator<Step> {
  let began = performance.now();
  for await (const step of steps) {
    yield step;
    await sleep(REST * (performance.now() - began), undefined, { ref: false });
    began = performance.now();
  }
}
