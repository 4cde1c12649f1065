import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { messageIn } from '../../../schemas/cause.ts';
import type { ExecutionDetail } from '../../api/schemas/executions.ts';
import { get, send } from '../api/client.ts';
import { LIVE } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { complain, say } from '../ui/messages.tsx';

/** Half an hour: ten thousand faces take minutes. */
const MOST_ROUNDS = 1200;

/** Groups the unknown faces anew, which is needed when photos were added. */
export function GroupAgain({ fresh }: { fresh: number }) {
  const queries = useQueryClient();
  const again = useMutation({
    mutationFn: async () => {
      const { execution_arn } = await send<{ execution_arn: string }>('POST', '/unknown');
      await ended(execution_arn);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['unknown'] });
      say('The unknown faces are grouped.');
    },
    onError: complain,
  });
  return (
    <Button small look={fresh > 0 ? 'primary' : 'plain'} onPress={() => again.mutate()} isDisabled={again.isPending}>
      <RefreshCw size={14} className={again.isPending ? 'spin' : ''} aria-hidden />
      {again.isPending ? 'Grouping …' : fresh > 0 ? `Group ${fresh} new` : 'Group again'}
    </Button>
  );
}

async function ended(execution_arn: string): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { status, error, cause } = await get<ExecutionDetail>(`/executions/${encodeURIComponent(execution_arn)}`);
    if (status === 'SUCCEEDED') return;
    if (status !== 'RUNNING') throw new Error(`The grouping failed: ${error ?? status}. ${messageIn(cause)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, LIVE);
    });
  }
}
