import { expect, test } from 'vitest';
import { pauses } from '../../local/pauses.ts';

test('work in the background ends when it is aborted, also during a pause', async () => {
  const closing = new AbortController();
  const pause = pauses(closing.signal);
  await pause();
  const until = performance.now() + 20;
  while (performance.now() < until);
  const pausing = pause();
  closing.abort(new Error('closed'));
  await expect(pausing).rejects.toThrow('aborted');
  await expect(pause()).rejects.toThrow('closed');
});
