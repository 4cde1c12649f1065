import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Execution } from '../../api/schemas/executions.ts';
import { allPages, send } from '../api/client.ts';
import { settingsQuery } from '../api/queries.ts';
import { Ask, Button } from '../ui/controls.tsx';
import { counted, durationText } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';
import { eachPaced } from './paced.ts';
import { type ExecutionsSearch, queryOf } from './search.ts';

/** What has ended without success, and so may be redriven. */
const ENDED = ['FAILED', 'TIMED_OUT', 'ABORTED'];

/** Redrives what matches the filters, after asking, one after another at the rate of the account, and says how far it is. */
export function RedriveAll({ filters }: { filters: ExecutionsSearch }) {
  const [found, setFound] = useState<readonly Execution[]>();
  const { data: settings } = useQuery(settingsQuery);
  const find = useMutation({
    mutationFn: () => allPages<Execution>('/executions', { ...queryOf(filters), limit: 100 }),
    onSuccess: setFound,
    onError: complain,
  });
  if (!ENDED.includes(filters.status ?? '')) return null;
  return (
    <>
      <Button small look="primary" onPress={() => find.mutate()} isDisabled={find.isPending || !settings}>
        <RotateCw size={14} aria-hidden /> {find.isPending ? 'Counting …' : 'Redrive all'}
      </Button>
      <Ask title="Redrive all that match" open={found !== undefined} onClose={() => setFound(undefined)}>
        {found && settings && (
          <Redriving executions={found} perSecond={settings.redrives_per_second} onClose={() => setFound(undefined)} />
        )}
      </Ask>
    </>
  );
}

interface Props {
  executions: readonly Execution[];
  perSecond: number;
  onClose(): void;
}

function Redriving({ executions, perSecond, onClose }: Props) {
  const queries = useQueryClient();
  const [tried, setTried] = useState(0);
  const stopping = useMemo(() => new AbortController(), []);
  const redrive = useMutation({
    mutationFn: async () => {
      const refused: Error[] = [];
      let done = 0;
      // The oldest first. Slowly: each makes calls to Rekognition again, which may be throttled.
      await eachPaced(
        executions.toReversed(),
        { perSecond, signal: stopping.signal },
        async ({ execution_arn: arn }) => {
          await send('POST', `/executions/${encodeURIComponent(arn)}/redrive`).then(
            () => (done += 1),
            (error: Error) => refused.push(error),
          );
          setTried(done + refused.length);
        },
      );
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
  const pace =
    executions.length > 1
      ? ` At most ${perSecond} a second are started, so it takes about ${durationText((executions.length / perSecond) * 1000)}.`
      : '';
  const stop = () => {
    stopping.abort();
    if (!redrive.isPending) onClose();
  };
  return (
    <>
      <p>
        {executions.length === 0
          ? 'Nothing matches any more.'
          : `${counted(executions.length, 'execution')} will go on in the state that failed. What was paid for is not paid again.${pace}`}
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
