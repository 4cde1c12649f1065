import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { FailureGroup, Recovered } from '../../api/schemas/executions.ts';
import { send } from '../api/client.ts';
import { failuresQuery } from '../api/queries.ts';
import type { Redriven } from '../api/types.ts';
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
                <li key={`${cause.error} ${cause.failed_state}`} className="card stack">
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

function CauseView({ cause: { error, failed_state, count, items } }: { cause: FailureGroup }) {
  const queries = useQueryClient();
  const { redrive, ended } = useRedrive(error, failed_state);
  return (
    <>
      <header className="row wrap">
        <span className="chip bad number">{count}</span>
        <h2 className="grow">
          {error} <span className="muted">in {failed_state}</span>
        </h2>
        <Button
          small
          look="primary"
          onPress={() =>
            redrive.mutate(undefined, { onSettled: () => queries.invalidateQueries({ queryKey: ['failures'] }) })
          }
          isDisabled={redrive.isPending}
        >
          <RotateCw size={14} aria-hidden />
          {redrive.isPending ? `Redriven ${ended} of ${count} …` : `Redrive ${counted(count, 'execution')}`}
        </Button>
      </header>
      <ul className="failed-items">
        {items.slice(0, SHOWN).map(({ id, execution_arn, timestamp, cause }) => (
          <li key={execution_arn}>
            <div className="row">
              <Link to="/executions/$arn" params={{ arn: execution_arn }} className="cut grow">
                <bdi>{id}</bdi>
              </Link>
              <span className="small muted number">{timeText(timestamp)}</span>
            </div>
            {/* It can be longer than its room, and so must be reached by the keyboard. */}
            <p className="failed-cause small" tabIndex={0}>
              <bdi>{cause}</bdi>
            </p>
          </li>
        ))}
      </ul>
      {count > SHOWN && <p className="small muted">and {counted(count - SHOWN, 'more', 'more')}</p>}
    </>
  );
}

/** A request redrives some, and says where to go on. This bounds the requests. */
const MOST_REQUESTS = 1000;

function useRedrive(error: string, failed_state: string) {
  const [ended, setEnded] = useState(0);
  const redrive = useMutation({
    mutationFn: async () => {
      const done: Recovered[] = [];
      let cursor: string | undefined;
      for (let request = 0; request < MOST_REQUESTS; request += 1) {
        const answer = await send<Redriven>('POST', '/failures/redrive', { error, failed_state, cursor });
        done.push(...answer.items);
        setEnded(done.length);
        cursor = answer.cursor;
        if (!cursor) break;
      }
      return done;
    },
    onSuccess: (done) => {
      const failed = done.filter(({ action }) => action === 'failed').length;
      const redriven = done.filter(({ action }) => action === 'redrive' || action === 'start anew').length;
      say(`${counted(redriven, 'execution')} redriven${failed > 0 ? `, ${failed} could not be` : ''}`);
    },
    onError: complain,
  });
  return { redrive, ended };
}
