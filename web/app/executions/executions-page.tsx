import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ChevronDown, Workflow } from 'lucide-react';
import { ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import type { Execution } from '../../api/schemas/executions.ts';
import { LIVE, pagesQuery } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { durationText, sentence, timeText } from '../ui/format.ts';
import { Loaded, Notice } from '../ui/states.tsx';
import './executions.css';

/** The machines, and how their executions end, as Step Functions names both. */
const MACHINES = ['recognition', 'enroll-face', 'decide', 're-recognize', 'group-unknown', 'forget-person'];
const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

export function ExecutionsPage() {
  const { machine = '', status = '' } = useSearch({ from: '/executions' });
  const navigate = useNavigate({ from: '/executions' });
  const query = useInfiniteQuery({
    ...pagesQuery<Execution>('/executions', { machine: machine || undefined, status: status || undefined }),
    refetchInterval: ({ state }) => (state.data && state.data.pages.length === 1 ? 2 * LIVE : false),
  });
  const executions = query.data?.pages.flatMap(({ items }) => items);
  const set = (next: { machine: string; status: string }) =>
    void navigate({
      search: { ...(next.machine && { machine: next.machine }), ...(next.status && { status: next.status }) },
      replace: true,
    });
  return (
    <div className="page">
      <header className="page-head">
        <h1 className="grow">Executions</h1>
        <Choose
          label="State machine"
          any="Any machine"
          values={MACHINES}
          value={machine}
          onChange={(next) => set({ machine: next, status })}
        />
        <Choose
          label="Status"
          any="Any status"
          values={STATUSES}
          value={status}
          onChange={(next) => set({ machine, status: next })}
        />
      </header>
      <Loaded query={{ ...query, data: executions }}>
        {(all) =>
          all.length === 0 ? (
            <Notice icon={Workflow} title="No such execution">
              <p className="muted">
                Each photo that is uploaded starts one. Choose another machine or status, or upload a photo.
              </p>
            </Notice>
          ) : (
            <ExecutionTable executions={all} />
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <Button onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
          Show older ones
        </Button>
      )}
    </div>
  );
}

interface ChooseProps {
  label: string;
  /** What it says while nothing is chosen. */
  any: string;
  values: readonly string[];
  value: string;
  onChange(value: string): void;
}

const textOf = (value: string) => (value === value.toUpperCase() ? sentence(value) : value);

const Choose = ({ label, any, values, value, onChange }: ChooseProps) => (
  <Select selectedKey={value} onSelectionChange={(key) => onChange(String(key))} aria-label={label}>
    <Button small>
      <SelectValue>{() => (value ? textOf(value) : any)}</SelectValue>
      <ChevronDown size={13} aria-hidden />
    </Button>
    <Popover className="popover">
      <ListBox>
        {['', ...values].map((each) => (
          <ListBoxItem key={each} id={each} textValue={textOf(each) || any} className="option">
            {textOf(each) || any}
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  </Select>
);

const LOOKS: Readonly<Record<string, string>> = {
  RUNNING: 'busy',
  PENDING_REDRIVE: 'busy',
  SUCCEEDED: 'ok',
  FAILED: 'bad',
  TIMED_OUT: 'bad',
  ABORTED: 'warn',
};
export const lookOf = (status: string) => LOOKS[status] ?? '';

const ExecutionTable = ({ executions }: { executions: readonly Execution[] }) => (
  <div className="table-room">
    <table className="table">
      <thead>
        <tr>
          <th>Status</th>
          <th>Machine</th>
          <th>Execution</th>
          <th>Error</th>
          <th>Started</th>
          <th className="to-end">Took</th>
        </tr>
      </thead>
      <tbody>
        {executions.map(({ execution_arn: arn, machine, name, status, error, cause, start, stop }) => (
          <tr key={arn}>
            <td>
              <span className={`chip ${lookOf(status)}`}>{sentence(status)}</span>
            </td>
            <td className="nowrap">{machine}</td>
            <td>
              <Link to="/executions/$arn" params={{ arn }} className="execution-name cut" title={name}>
                {name}
              </Link>
            </td>
            <td className="execution-error" title={cause}>
              {error && <strong>{error}</strong>} <bdi className="muted">{cause}</bdi>
            </td>
            <td className="number nowrap muted">{timeText(start)}</td>
            <td className="number nowrap to-end">{stop ? durationText(Date.parse(stop) - Date.parse(start)) : '…'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
