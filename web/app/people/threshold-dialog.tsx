import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Person } from '../../api/schemas/people.ts';
import { send } from '../api/client.ts';
import { useRefresh } from '../api/decide.ts';
import { settingsQuery } from '../api/queries.ts';
import { Ask, Button } from '../ui/controls.tsx';
import { complain, say } from '../ui/messages.tsx';
import { PercentSlider } from '../ui/percent-slider.tsx';

interface Props {
  person: Person;
  open: boolean;
  onClose(): void;
}

/** From which similarity a face is taken for this person: a higher one for a twin. */
export function ThresholdDialog({ person, open, onClose }: Props) {
  const usual = useQuery(settingsQuery).data?.face_match_threshold;
  const [tried, setTried] = useState<number>();
  const value = tried ?? person.threshold ?? usual;
  const refresh = useRefresh();
  const set = useMutation({
    mutationFn: (threshold: number | null) => send('PUT', `/people/${person.person_id}/threshold`, { threshold }),
    onSuccess: (_, threshold) => {
      say(threshold === null ? 'The threshold is that of all people again' : `The threshold is ${threshold} % now`);
      refresh();
      setTried(undefined);
      onClose();
    },
    onError: complain,
  });
  return (
    <Ask title={`Threshold of ${person.name}`} open={open} onClose={onClose}>
      <p className="muted">
        A higher one takes fewer others for this person, such as a twin; a lower one misses fewer faces. It also holds
        for the photos of before, and nothing is searched again.
      </p>
      {value !== undefined && (
        <PercentSlider label="A face is taken for this person from" min={1} value={value} onChange={setTried} />
      )}
      <footer>
        {person.threshold !== null && (
          <Button onPress={() => set.mutate(null)} isDisabled={set.isPending}>
            {usual} %, as for all people
          </Button>
        )}
        <Button
          look="primary"
          onPress={() => set.mutate(value ?? null)}
          isDisabled={value === undefined || value === (person.threshold ?? usual) || set.isPending}
        >
          Set
        </Button>
      </footer>
    </Ask>
  );
}
