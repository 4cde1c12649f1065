import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, RotateCw } from 'lucide-react';
import { send } from '../api/client.ts';
import { failuresQuery } from '../api/queries.ts';
import type { Cause } from '../api/types.ts';
import { Button } from '../ui/controls.tsx';
import { counted, timeText } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';
import { Loaded, Notice } from '../ui/states.tsx';
import './failed.css';

export function FailedPage() {
  const query = useQuery(failuresQuery);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Failed</h1>
      </header>
      <Loaded query={query}>
        {(causes) =>
          causes.length === 0 ? (
            <Notice icon={CircleCheck} title="Nothing has failed">
              <p className="muted">
                Photos and portraits whose execution failed are listed here by cause, and can be redriven.
              </p>
            </Notice>
          ) : (
            <ul className="stack">
              {causes.map((cause) => (
                <li key={`${cause.error} ${cause.cause}`} className="card stack">
                  <CauseView cause={cause} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
}

/** As many as tell what is concerned. */
const SHOWN = 5;

function CauseView({ cause: { error, cause, count, items } }: { cause: Cause }) {
  const queries = useQueryClient();
  const redrive = useMutation({
    mutationFn: () => send('POST', '/failures/redrive', { cause }),
    onSuccess: () => {
      say(`${counted(count, 'execution')} redriven`);
      void queries.invalidateQueries({ queryKey: ['failures'] });
    },
    onError: complain,
  });
  return (
    <>
      <header className="row">
        <span className="chip bad number">{count}</span>
        <h2 className="grow">{error}</h2>
        <Button small look="primary" onPress={() => redrive.mutate()} isDisabled={redrive.isPending}>
          <RotateCw size={14} aria-hidden />{' '}
          {redrive.isPending ? 'Redriving …' : `Redrive ${counted(count, 'execution')}`}
        </Button>
      </header>
      <p className="failed-cause">
        <bdi>{cause}</bdi>
      </p>
      <ul className="failed-items">
        {items.slice(0, SHOWN).map(({ name, execution_arn, failed_at, state }) => (
          <li key={execution_arn} className="row">
            <Link to="/executions/$arn" params={{ arn: execution_arn }} className="cut grow">
              <bdi>{name}</bdi>
            </Link>
            {state && <span className="chip">{state}</span>}
            {failed_at && <span className="small muted number">{timeText(failed_at)}</span>}
          </li>
        ))}
      </ul>
      {count > SHOWN && <p className="small muted">and {counted(count - SHOWN, 'more', 'more')}</p>}
    </>
  );
}
