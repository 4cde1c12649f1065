import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { complain, say } from '../ui/messages.tsx';
import { send } from './client.ts';
import type { NewDecision } from './types.ts';

/** A decision is recorded first and applied to the rows afterwards: what is shown is asked for so often, in ms. */
const SETTLING = [300, 1000, 2500, 6000];

/** Sends what was decided, says so with a way back, and shows what follows from it. */
export function useDecide() {
  const refresh = useRefresh();
  return useCallback(
    async (said: string, decisions: readonly NewDecision[]): Promise<string | undefined> => {
      try {
        const { batch } = await send<{ batch: string }>('POST', '/decisions', { decisions });
        say(said, () => void takeBack([batch]).then(refresh, complain));
        refresh();
        return batch;
      } catch (error) {
        complain(error as Error);
        return undefined;
      }
    },
    [refresh],
  );
}

/** Undoes what was decided, the newest first, and says so. */
export async function takeBack(batches: readonly string[]): Promise<void> {
  for (const batch of batches.toReversed()) await undo(batch);
  say('Taken back.');
}

export const undo = (batch: string) => send('POST', `/decisions/${encodeURIComponent(batch)}/undo`);

export function useRefresh() {
  const queries = useQueryClient();
  return useCallback(() => {
    for (const delay of SETTLING) {
      setTimeout(() => {
        for (const queryKey of [['photo'], ['photos'], ['people'], ['person'], ['/faces'], ['/photos']]) {
          void queries.invalidateQueries({ queryKey });
        }
      }, delay);
    }
  }, [queries]);
}
