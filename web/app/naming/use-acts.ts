import { useEffect, useMemo, useRef, useState } from 'react';
import { Turns } from '../../../client/turns.ts';
import type { GroupFace, UnknownGroup } from '../../api/schemas/unknown.ts';
import { send } from '../api/client.ts';
import { undo, useRefresh } from '../api/decide.ts';
import type { Said } from '../api/types.ts';
import { complain } from '../ui/messages.tsx';
import { type Effect, faceKey, resultOf } from './queue.ts';

export interface Act {
  id: number;
  title: string;
  effect: Effect;
  /** Undefined where nothing was decided, as with "not sure". */
  batch: Promise<string> | undefined;
}

/**
 * So many answers are sent at the same time, the others after them. A browser has six connections for one address, and
 * the next groups and their pictures come through the same ones.
 */
const sending = new Turns(2);

const UNSURE = 'rollcall-unsure';
const readUnsure = (): string[] => JSON.parse(localStorage.getItem(UNSURE) ?? '[]') as string[];

/** What is done with groups: shown at once, sent in the background, and put on a stack to take it back from. */
export function useActs(onUndone: (group_id: string) => void) {
  const [before] = useState(readUnsure);
  const [acts, setActs] = useState<readonly Act[]>([]);
  const next = useRef(1);
  const refresh = useRefresh();
  const done = useMemo(() => resultOf(acts.map(({ effect }) => effect).toReversed(), before), [acts, before]);
  useEffect(() => localStorage.setItem(UNSURE, JSON.stringify(done.unsure)), [done.unsure]);

  const { pending, track } = usePending();

  const act = (title: string, effect: Effect, faces: readonly GroupFace[] = [], said?: Said) => {
    const id = next.current++;
    const batch = said && sending.run(() => decide(faces, said));
    setActs((all) => [{ id, title, effect, batch }, ...all]);
    if (!batch) return;
    track(batch.then(refresh)).catch((error: Error) => {
      // What was not kept is to be answered again.
      setActs((all) => all.filter((each) => each.id !== id));
      complain(error);
    });
  };

  const undoLast = () => {
    const [last, ...others] = acts;
    if (!last) return;
    setActs(others);
    onUndone(last.effect.group_id);
    if (last.batch) track(last.batch.then((batch) => sending.run(() => undo(batch))).then(refresh)).catch(complain);
  };

  return {
    done,
    acts,
    /** How many acts are on their way. */
    pending,
    undoLast,
    answer: (title: string, { group_id }: UnknownGroup, faces: readonly GroupFace[], said: Said) =>
      act(title, { kind: 'answered', group_id, faces: faces.map(faceKey) }, faces, said),
    refuse: (title: string, { group_id }: UnknownGroup, faces: readonly GroupFace[], person_id: string) =>
      act(title, { kind: 'refused', group_id, person_id }, faces, { kind: 'NOT_PERSON', person_id }),
    postpone: (title: string, { group_id }: UnknownGroup) => act(title, { kind: 'postponed', group_id }),
  };
}

/** Counts what is on its way. Whoever leaves the page meanwhile is asked. */
function usePending() {
  const [pending, setPending] = useState(0);
  const isBusy = pending > 0;
  useEffect(() => {
    if (!isBusy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isBusy]);
  const track = <T>(work: Promise<T>): Promise<T> => {
    setPending((count) => count + 1);
    return work.finally(() => setPending((count) => count - 1));
  };
  return { pending, track };
}

async function decide(faces: readonly GroupFace[], said: Said): Promise<string> {
  const decisions = faces.map(({ image_id, index }) => ({ image_id, index, ...said }));
  const { batch } = await send<{ batch: string }>('POST', '/decisions', { decisions });
  return batch;
}
