import type { ExecutionSummary } from '../../client/executions/list-executions.ts';
import type { ExecutionDetail } from '../../client/executions/read-execution.ts';
import type { StateSummary } from '../../client/executions/visits.ts';
import { printable } from '../../client/text.ts';
import { messageIn } from '../../schemas/cause.ts';
import type { Terminal } from '../terminal.ts';
import { plainTable } from './plain-table.ts';

type Layout = Pick<Terminal, 'colours'>;

/** What `--json` prints of an execution in the list. Scripts rely on the names. */
export const summaryResult = ({ error, cause, stop, ...execution }: ExecutionSummary) => ({
  ...execution,
  stop: stop ?? null,
  error: error ?? null,
  cause: cause ?? null,
});

/** What `--json` prints of one execution. Times are in milliseconds. */
export const executionResult = (execution: ExecutionDetail, states: readonly StateSummary[]) => {
  const { definition: _, input, output, redrive_status, redrive_reason, redriven_at, ...rest } = execution;
  return {
    ...summaryResult(rest),
    redrive_status: redrive_status ?? null,
    redrive_reason: redrive_reason ?? null,
    redriven_at: redriven_at ?? null,
    states: states.map(({ start, end, error, ...state }) => ({
      ...state,
      error: error ?? null,
      start: new Date(start).toISOString(),
      took: end === undefined ? null : end - start,
    })),
    input: input === undefined ? null : (JSON.parse(input) as unknown),
    output: output === undefined ? null : (JSON.parse(output) as unknown),
  };
};

export const executionTable = (executions: readonly ExecutionSummary[], layout: Layout): string =>
  [
    plainTable(
      ['status', 'machine', 'started', 'took', 'error'],
      executions.map(({ status, machine, start, stop, error = '' }) => [
        status,
        machine,
        start,
        tookText(Date.parse(start), stop === undefined ? undefined : Date.parse(stop)),
        printable(error),
      ]),
      layout,
      ['left', 'left', 'left', 'right', 'left'],
    ),
    // They are too long for a table, and one is copied as a whole.
    ...executions.map(({ execution_arn }) => execution_arn),
  ].join('\n');

/** The error comes first: it is what one looks for. */
export function executionLines(execution: ExecutionDetail, states: readonly StateSummary[], layout: Layout): string {
  const { error, cause, redrive_count: redrives, redrive_status, redrive_reason, stop, start } = execution;
  const facts: [string, string | undefined][] = [
    ['error', error && printable(error)],
    ['cause', cause && printable(messageIn(cause))],
    ['redrive', error === undefined ? undefined : (redrive_reason ?? redrive_status)],
    ['execution', printable(execution.execution_arn)],
    ['machine', execution.machine],
    ['status', execution.status],
    ['started', start],
    ['took', stop && tookText(Date.parse(start), Date.parse(stop))],
    [
      'redriven',
      redrives === 0 ? undefined : `${redrives} times, last ${execution.redriven_at ?? 'at an unknown time'}`,
    ],
  ];
  const lines = facts.flatMap(([name, value]) => (value ? [`${name.padEnd(10)} ${value}`] : []));
  return states.length === 0 ? lines.join('\n') : [...lines, stateTable(states, layout)].join('\n');
}

const stateTable = (states: readonly StateSummary[], layout: Layout): string =>
  plainTable(
    ['state', 'status', 'entered', 'retries', 'started', 'took', 'queued', 'last error'],
    states.map(({ state, status, entered, retries, start, end, queued, error = '' }) => [
      state,
      status,
      entered,
      retries,
      new Date(start).toISOString(),
      tookText(start, end),
      `${queued} ms`,
      printable(error),
    ]),
    layout,
    ['left', 'left', 'right', 'right', 'left', 'right', 'right', 'left'],
  );

const tookText = (start: number, end: number | undefined) => (end === undefined ? 'runs' : `${end - start} ms`);
