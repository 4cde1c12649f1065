import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Checkbox, Input, Label, TextField } from 'react-aria-components';
import type { Receipt } from '../../../schemas/forgetting.ts';
import type { ForgettingUnderWay } from '../../api/schemas/forgetting.ts';
import type { Person } from '../../api/schemas/people.ts';
import { get, send } from '../api/client.ts';
import { useRefresh } from '../api/decide.ts';
import { LIVE } from '../api/queries.ts';
import { Ask, Button } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { ReceiptView } from './receipt-view.tsx';

interface Ended {
  receipt: Receipt;
}

/** It can take minutes, and is asked for so seldom. */
const pause = () =>
  new Promise((resolve) => {
    setTimeout(resolve, 2 * LIVE);
  });

/** `isGone`: from the moment it is asked for, nothing of the person is to be asked for any more, unless it fails. */
export function useForget(personId: string) {
  const forget = useMutation({
    mutationFn: async (photos: boolean) => {
      let answer = await send<Ended | ForgettingUnderWay>('POST', `/people/${personId}/forget`, { photos });
      while (!('receipt' in answer)) {
        await pause();
        answer = await get<Ended | ForgettingUnderWay>(`/forgetting/${encodeURIComponent(answer.execution_arn)}`);
      }
      return answer;
    },
  });
  return { ...forget, isGone: forget.isPending || forget.isSuccess };
}

interface Props {
  person: Person;
  forget: ReturnType<typeof useForget>;
  open: boolean;
  onClose(): void;
}

/** Cannot be taken back, so the name is to be typed. */
export function ForgetDialog({ person, forget, open, onClose }: Props) {
  const [typed, setTyped] = useState('');
  const [photos, setPhotos] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const refresh = useRefresh();
  const leave = async () => {
    await navigate({ to: '/people' });
    queries.removeQueries({ queryKey: ['person', person.person_id] });
    refresh();
  };
  const close = () => {
    onClose();
    if (forget.data) void leave();
  };
  return (
    <Ask title={forget.data ? 'Forgotten' : `Forget ${person.name}`} open={open} onClose={close}>
      {forget.data ? (
        <>
          <ReceiptView receipt={forget.data.receipt} />
          <footer>
            <Button look="primary" onPress={close}>
              Done
            </Button>
          </footer>
        </>
      ) : (
        <>
          <p>
            Removes the portraits, the name and every trace of <bdi>{person.name}</bdi>, then reads all of it back. This
            cannot be taken back.
          </p>
          <Checkbox isSelected={photos} onChange={setPhotos} className="check">
            <span className="check-box" aria-hidden />
            Also remove {counted(person.photo_count, 'photo')}, whoever else is in them
          </Checkbox>
          <TextField value={typed} onChange={setTyped} className="field" autoFocus>
            <Label>
              Type the name to confirm: <bdi>{person.name}</bdi>
            </Label>
            <Input className="input" dir="auto" autoComplete="off" />
          </TextField>
          {forget.error && (
            <p role="alert" className="problem">
              {forget.error.message}
            </p>
          )}
          <footer>
            <Button onPress={close}>Cancel</Button>
            <Button
              look="danger"
              isDisabled={typed.trim() !== person.name.trim() || forget.isPending}
              onPress={() => forget.mutate(photos)}
            >
              {forget.isPending ? 'Forgetting …' : 'Forget'}
            </Button>
          </footer>
        </>
      )}
    </Ask>
  );
}
