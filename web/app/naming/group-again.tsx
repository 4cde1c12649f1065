import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { send } from '../api/client.ts';
import { Button } from '../ui/controls.tsx';
import { complain, say } from '../ui/messages.tsx';

/** Until the new groups are there, in milliseconds; grouping a thousand faces takes seconds. */
const SETTLING = [2000, 6000, 15_000];

export function GroupAgain() {
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: () => send('POST', '/unknown'),
    onSuccess: () => {
      say('Unknown faces are being grouped again.');
      for (const delay of SETTLING) setTimeout(() => void queries.invalidateQueries({ queryKey: ['unknown'] }), delay);
    },
    onError: complain,
  });
  return (
    <Button small onPress={() => again.mutate()} isDisabled={again.isPending}>
      <RefreshCw size={14} aria-hidden /> Group again
    </Button>
  );
}
