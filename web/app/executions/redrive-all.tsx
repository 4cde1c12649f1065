import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useRef, useState } from 'react';
import type { Execution } from '../../api/schemas/executions.ts';
import { allPages, send } from '../api/client.ts';
import { Ask, Button } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';
import { type ExecutionsSearch, queryOf } from './search.ts';

/** What has ended without success, and so may be redriven. */
const ENDED = ['FAILED', 'TIMED_OUT', 'ABORTED'];

/** Redrives what matches the filters, after asking, one after another, and says how far it is. */
export function RedriveAll({ filters }: { filters: ExecutionsSearch }) {
  const [found, setFound] = useState<readonly Execution[]>();
  const find = useMutation({
    mutationFn: () => allPages<Execution>('/executions', { ...queryOf(filters), limit: 100 }),
    onSuccess: setFound,
    onError: complain,
  });
  if (!ENDED.includes(filters.status ?? '')) return null;
  return (
    <>
      <Button small look="primary" onPress={() => find.mutate()} isDisabled={find.isPending}>
        <RotateCw size={14} aria-hidden /> {find.isPending ? 'Counting …' : 'Redrive all'}
      </Button>
      <Ask title="Redrive all that match" open={found !== undefined} onClose={() => setFound(undefined)}>
        {found && <Redriving executions={found} onClose={() => setFound(undefined)} />}
      </Ask>
    </>
  );
}

function Redriving({ executions, onClose }: { executions: readonly Execution[]; onClose(): void }) {
  const queries = useQueryClient();
  const [tried, setTried] = useState(0);
  const isStopped = useRef(false);
  const redrive = useMutation({
    mutationFn: async () => {
      const refused: Error[] = [];
      let done = 0;
      // The oldest first. One after another: each makes calls to Rekognition again.
      for (const { execution_arn: arn } of executions.toReversed()) {
        if (isStopped.current) break;
        await send('POST', `/executions/${encodeURIComponent(arn)}/redrive`).then(
          () => (done += 1),
          (error: Error) => refused.push(error),
        );
        setTried(done + refused.length);
      }
      return { done, refused };
    },
    onSuccess: ({ done, refused: [first, ...others] }) => {
      say(`${counted(done, 'execution')} redriven`);
      if (first)
        complain(new Error(`${counted(others.length + 1, 'execution')} could not be redriven: ${first.message}`));
      void queries.invalidateQueries({ queryKey: ['/executions'] });
      onClose();
    },
  });
  const stop = () => {
    isStopped.current = true;
    if (!redrive.isPending) onClose();
  };
  return (
    <>
      <p>
        {executions.length === 0
          ? 'Nothing matches any more.'
          : `${counted(executions.length, 'execution')} will go on in the state that failed. What was paid for is not paid again.`}
      </p>
      {redrive.isPending && (
        <progress className="progress" value={tried} max={executions.length} aria-label="Redriven" />
      )}
      <footer>
        <Button onPress={stop}>{redrive.isPending ? 'Stop' : 'Cancel'}</Button>
        <Button
          look="primary"
          onPress={() => redrive.mutate()}
          isDisabled={redrive.isPending || executions.length === 0}
        >
          {redrive.isPending ? `${tried} of ${executions.length} …` : 'Redrive'}
        </Button>
      </footer>
    </>
  );
}
