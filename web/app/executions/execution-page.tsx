import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Copy, Download, ExternalLink, RotateCw } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type Visit, visitsOf } from '../../../client/executions/visits.ts';
import { messageIn } from '../../../schemas/cause.ts';
import type { ExecutionDetail, HistoryEvent } from '../../api/schemas/executions.ts';
import { send } from '../api/client.ts';
import { download } from '../api/download.ts';
import { executionQuery, historyQuery } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { durationText, fileName, sentence, timeText } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';
import { Loaded } from '../ui/states.tsx';
import { Events } from './events.tsx';
import { lookOf } from './execution-table.tsx';
import './executions.css';
import type { Definition } from './graph.ts';
import { copy, JsonView } from './json-view.tsx';
import { StateGraph } from './state-graph.tsx';
import { Waterfall } from './waterfall.tsx';

export function ExecutionPage() {
  const { arn } = useParams({ from: '/executions/$arn' });
  const execution = useQuery(executionQuery(arn));
  const isRunning = execution.data?.status === 'RUNNING';
  const history = useQuery(historyQuery(arn, isRunning));
  return (
    <div className="page">
      <Link to="/executions" className="back">
        <ArrowLeft size={15} aria-hidden /> Executions
      </Link>
      <Loaded query={execution}>
        {(detail) => (
          <>
            <Head execution={detail} />
            <Loaded query={history}>{(events) => <Course execution={detail} events={events} />}</Loaded>
          </>
        )}
      </Loaded>
    </div>
  );
}

const isRedrivable = ({ redrive_status }: ExecutionDetail) => redrive_status === 'REDRIVABLE';

/** Those that an uploaded object started, once they have ended: as the API gives cases. */
const isReplayable = ({ machine, status }: ExecutionDetail) =>
  status !== 'RUNNING' && (machine === 'recognition' || machine === 'enroll-face');

function Head({ execution }: { execution: ExecutionDetail }) {
  const { name, execution_arn: arn, machine, status, start, stop, error, cause } = execution;
  const queries = useQueryClient();
  const redrive = useMutation({
    mutationFn: () => send('POST', `/executions/${encodeURIComponent(arn)}/redrive`),
    onSuccess: () => {
      say('Redriven: it goes on in the state that failed.');
      void queries.invalidateQueries({ queryKey: ['execution'] });
    },
    onError: complain,
  });
  return (
    <header className="stack">
      <div className="page-head">
        <h1 className="execution-title">{name}</h1>
        <span className={`chip ${lookOf(status)}`}>{sentence(status)}</span>
        <span className="small muted number execution-when">
          {machine} · {timeText(start)}
          {stop && ` · ${durationText(Date.parse(stop) - Date.parse(start))}`}
        </span>
        <Button small onPress={() => void copy('The ARN', arn)}>
          <Copy size={14} aria-hidden /> Copy ARN
        </Button>
        {isReplayable(execution) && (
          <Button
            small
            onPress={() => void download(`/executions/${encodeURIComponent(arn)}/case`, `${name}.json`).catch(complain)}
          >
            <Download size={14} aria-hidden /> Case
          </Button>
        )}
        {execution.console_url && (
          <a className="button is-small" href={execution.console_url} target="_blank" rel="noreferrer">
            <ExternalLink size={14} aria-hidden /> AWS console
          </a>
        )}
        {isRedrivable(execution) && (
          <Button small look="primary" onPress={() => redrive.mutate()} isDisabled={redrive.isPending}>
            <RotateCw size={14} aria-hidden /> Redrive
          </Button>
        )}
      </div>
      {error && (
        <div className="problem is-bad-soft" role="alert">
          <strong>{error}</strong>
          {/* It can be longer than its room, and so must be reached by the keyboard. */}
          <bdi className="cause" tabIndex={0}>
            {messageIn(cause)}
          </bdi>
        </div>
      )}
      {error && execution.redrive_reason && (
        <p className="small muted">It cannot be redriven: {execution.redrive_reason}</p>
      )}
      {execution.subject && machine === 'recognition' && (
        <p className="small">
          Photo:{' '}
          <Link to="/photos/$id" params={{ id: fileName(execution.subject) }} preload={false}>
            <bdi>{fileName(execution.subject)}</bdi>
          </Link>
        </p>
      )}
    </header>
  );
}

function Course({ execution, events }: { execution: ExecutionDetail; events: readonly HistoryEvent[] }) {
  const isRunning = execution.status === 'RUNNING';
  const visits = useMemo(() => visitsOf(events, isRunning), [events, isRunning]);
  const definition = useMemo(() => execution.definition as Definition, [execution.definition]);
  const failed = visits.findLast(({ status }) => status === 'failed')?.state;
  const [picked, setPicked] = useState<string>();
  const chosen = picked ?? failed;
  const end = execution.stop
    ? Date.parse(execution.stop)
    : Math.max(...events.map((event) => Date.parse(event.timestamp)));
  return (
    <>
      <div className="course">
        <section className="card graph-room" aria-label="State graph" tabIndex={0}>
          <StateGraph definition={definition} visits={visits} chosen={chosen} onChoose={setPicked} />
        </section>
        <div className="stack">
          {chosen ? (
            <StateFacts state={chosen} visits={visits.filter(({ state }) => state === chosen)} />
          ) : (
            <section className="card stack">
              <JsonView title="Input" json={execution.input} />
              <JsonView title="Output" json={execution.output} />
              <p className="small muted">Choose a state to see its own.</p>
            </section>
          )}
        </div>
      </div>
      {visits.length > 0 && (
        <section className="card stack" aria-label="Waterfall">
          <h2>Waterfall</h2>
          <Waterfall visits={visits} end={end} chosen={chosen} onChoose={setPicked} />
        </section>
      )}
      <Events events={events} />
    </>
  );
}

function StateFacts({ state, visits }: { state: string; visits: readonly Visit[] }) {
  const [place, setPlace] = useState(0);
  const visit = visits[Math.min(place, visits.length - 1)];
  return (
    <section className="card stack" aria-label={`State ${state}`}>
      <h2>{state}</h2>
      {!visit && <p className="muted">It was not entered.</p>}
      {visits.length > 1 && (
        <label className="row small">
          <span className="muted">Item</span>
          <select className="input select" value={place} onChange={({ target }) => setPlace(Number(target.value))}>
            {visits.map(({ id, iteration, status }, index) => (
              <option key={id} value={index}>
                {iteration ?? index + 1}: {status}
              </option>
            ))}
          </select>
        </label>
      )}
      {visit && visit.errors.length > 0 && (
        <ol className="attempts small">
          {visit.errors.map((error, attempt) => (
            // Attempts have no other name than their place.
            <li key={attempt}>
              Attempt {attempt + 1}: <strong>{error}</strong>
            </li>
          ))}
        </ol>
      )}
      <JsonView title="Input" json={visit?.input} />
      <JsonView title="Output" json={visit?.output} />
    </section>
  );
}
