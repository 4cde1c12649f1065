import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { messageIn } from '../../../schemas/cause.ts';
import type { Execution } from '../../api/schemas/executions.ts';
import { durationText, sentence, timeText } from '../ui/format.ts';
import { type Sort, sorted, tookOf } from './search.ts';

interface Props {
  executions: readonly Execution[];
  sort: Sort | undefined;
  onSort(sort: Sort | undefined): void;
}

export const ExecutionTable = ({ executions, sort, onSort }: Props) => (
  <div className="table-room">
    <table className="table">
      <thead>
        <tr>
          <th>Status</th>
          <th>Machine</th>
          <th>Execution</th>
          <th>Error</th>
          <SortHead down={undefined} up="oldest" first={sort} onSort={onSort}>
            Started
          </SortHead>
          <SortHead down="longest" up="shortest" first={sort} onSort={onSort} className="to-end">
            Took
          </SortHead>
        </tr>
      </thead>
      <tbody>
        {sorted(executions, sort).map((execution) => (
          <ExecutionRow key={execution.execution_arn} execution={execution} />
        ))}
      </tbody>
    </table>
  </div>
);

interface HeadProps {
  /** The order with the greatest first, and the other way round. */
  down: Sort | undefined;
  up: Sort;
  first: Sort | undefined;
  className?: string;
  onSort(sort: Sort | undefined): void;
  children: ReactNode;
}

function SortHead({ down, up, first, className, onSort, children }: HeadProps) {
  const [isDown, isUp] = [first === down, first === up];
  return (
    <th className={className} aria-sort={isDown ? 'descending' : isUp ? 'ascending' : 'none'}>
      <button type="button" className="sort" onClick={() => onSort(isDown ? up : down)}>
        {children}
        {isDown && <ArrowDown size={12} aria-hidden />}
        {isUp && <ArrowUp size={12} aria-hidden />}
      </button>
    </th>
  );
}

const ExecutionRow = ({ execution }: { execution: Execution }) => {
  const { execution_arn: arn, machine, name, status, error, cause, start, stop } = execution;
  const message = messageIn(cause);
  return (
    <tr>
      <td>
        <span className={`chip ${lookOf(status)}`}>{sentence(status)}</span>
      </td>
      <td className="nowrap">{machine}</td>
      <td>
        <Link to="/executions/$arn" params={{ arn }} className="execution-name cut" title={name}>
          {name}
        </Link>
      </td>
      <td className="execution-error" title={message}>
        {error && <strong>{error}</strong>} <bdi className="muted">{message}</bdi>
      </td>
      <td className="number nowrap muted">{timeText(start)}</td>
      <td className="number nowrap to-end">{stop ? durationText(tookOf(execution)) : '…'}</td>
    </tr>
  );
};

const LOOKS: Readonly<Record<string, string>> = {
  RUNNING: 'busy',
  PENDING_REDRIVE: 'busy',
  SUCCEEDED: 'ok',
  FAILED: 'bad',
  TIMED_OUT: 'bad',
  ABORTED: 'warn',
};
export const lookOf = (status: string) => LOOKS[status] ?? '';
