import { useInfiniteQuery, useMutation, useQueryClient, type UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, RotateCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { FailureItem, Recovered } from '../../api/schemas/executions.ts';
import { send } from '../api/client.ts';
import { LIVE, pagesQuery } from '../api/queries.ts';
import type { Redriven } from '../api/types.ts';
import { Button } from '../ui/controls.tsx';
import { counted, numberText, timeText } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';
import { Loaded, Notice } from '../ui/states.tsx';
import './failed.css';

/** As many as are read at once. */
const PAGE = 200;

export function FailedPage() {
  const query = useInfiniteQuery({
    ...pagesQuery<FailureItem>('/failures', { limit: PAGE }),
    // What is redriven leaves it a while later.
    refetchInterval: ({ state }) => (state.data && state.data.pages.length === 1 ? 2 * LIVE : false),
  });
  const failures = query.data?.pages.flatMap(({ items }) => items);
  const more = query.hasNextPage;
  return (
    <div className="page">
      <header className="page-head">
        <h1>Failed</h1>
        <span className="muted number" role="status">
          {failures && failures.length > 0 && `${more ? 'At least ' : ''}${counted(failures.length, 'failure')}`}
        </span>
      </header>
      <Loaded query={{ ...query, data: failures && causesOf(failures) }}>
        {(causes) =>
          causes.length === 0 && !more ? (
            <Notice icon={CircleCheck} title="Nothing has failed">
              <p className="muted">
                Photos and portraits whose execution failed are listed here by cause, and can be redriven.
              </p>
            </Notice>
          ) : (
            <ul className="stack">
              {causes.map((cause) => (
                <li key={`${cause.error} ${cause.failed_state}`} className="card stack">
                  <CauseView cause={cause} more={more} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {more && <Older oldest={failures?.at(-1)} query={query} />}
    </div>
  );
}

/** The way to what is not counted above. There is no cheaper count than reading all of it. */
function Older({ oldest, query }: { oldest: FailureItem | undefined; query: UseInfiniteQueryResult }) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage } = query;
  const [toEnd, setToEnd] = useState(false);
  // A fault ends it, until somebody asks again.
  const goesOn = toEnd && hasNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (goesOn && !isFetchingNextPage) void fetchNextPage();
  }, [goesOn, isFetchingNextPage, fetchNextPage]);
  const read = (all: boolean) => {
    setToEnd(all);
    void fetchNextPage();
  };
  return (
    <div className="stack">
      {oldest && <p className="muted">Those from before {timeText(oldest.timestamp)} are not counted yet.</p>}
      {isFetchNextPageError && (
        <p role="alert" className="problem">
          {error?.message}
        </p>
      )}
      <div className="row wrap">
        <Button onPress={() => read(false)} isDisabled={isFetchingNextPage}>
          Show older ones
        </Button>
        {goesOn ? (
          <Button onPress={() => setToEnd(false)}>Stop</Button>
        ) : (
          <Button onPress={() => read(true)} isDisabled={isFetchingNextPage}>
            Count all
          </Button>
        )}
      </div>
    </div>
  );
}

/** Failures with the same error in the same state. */
interface Cause {
  error: string | null;
  failed_state: string | null;
  items: readonly FailureItem[];
}

/** The most frequent first. */
const causesOf = (failures: readonly FailureItem[]): Cause[] =>
  [...Map.groupBy(failures, ({ error, failed_state }) => JSON.stringify([error, failed_state])).values()]
    .map((items) => ({ error: items[0]!.error, failed_state: items[0]!.failed_state, items }))
    .toSorted((one, other) => other.items.length - one.items.length);

/** As many as tell what is concerned, and as many more on demand. */
const SHOWN = 5;
const MORE = 100;

function CauseView({ cause: { error, failed_state, items }, more }: { cause: Cause; more: boolean }) {
  const queries = useQueryClient();
  const { redrive, ended, of } = useRedrive(error, failed_state);
  const [shown, setShown] = useState(SHOWN);
  const count = items.length;
  const start = () =>
    redrive.mutate(count, { onSettled: () => queries.invalidateQueries({ queryKey: ['/failures'] }) });
  // What has no error in its row cannot be asked for by it.
  const isNamed = error !== null && failed_state !== null;
  return (
    <>
      <header className="row wrap failed-head">
        <span className="chip bad number">
          {numberText(count)}
          {more && '+'}
        </span>
        <h2 className="grow">
          {error ?? 'An unknown error'} <span className="muted">in {failed_state ?? 'an unknown state'}</span>
        </h2>
        {isNamed && (
          <Button small look="primary" onPress={start} isDisabled={redrive.isPending}>
            <RotateCw size={14} aria-hidden />
            {redrive.isPending
              ? `Redriven ${ended}${more ? '' : ` of ${of}`} …`
              : more
                ? 'Redrive all of them'
                : `Redrive ${counted(count, 'execution')}`}
          </Button>
        )}
      </header>
      {redrive.isPending && (
        <progress className="progress" value={Math.min(ended, of)} max={of} aria-label="Redriven" />
      )}
      <ul className="failed-items">
        {items.slice(0, shown).map(({ id, execution_arn, timestamp, cause }) => (
          <li key={id}>
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
      {count > shown && (
        <div className="row">
          <Button small onPress={() => setShown(shown + MORE)}>
            Show {count - shown > MORE && `${MORE} of `}
            {counted(count - shown, 'more', 'more')}
          </Button>
        </div>
      )}
    </>
  );
}

/** A request redrives some, and says where to go on. This bounds the requests. */
const MOST_REQUESTS = 1000;

function useRedrive(error: string | null, failed_state: string | null) {
  const [ended, setEnded] = useState(0);
  const redrive = useMutation({
    mutationFn: async (_shown: number) => {
      setEnded(0);
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
  return { redrive, ended, of: redrive.variables ?? 1 };
}
