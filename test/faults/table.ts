import Table from 'cli-table3';
import { FAULTS } from './fault-kinds.ts';
import { nameOf } from './injector.ts';
import type { Outcome } from './matrix.ts';

/** A table of calls by faults: ✓ completed by itself, R completed by one redrive, ✗ neither. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: ['call', ...FAULTS.map(({ name }) => name)],
    wordWrap: true,
    style: { head: [], border: [] },
    colWidths: [52, ...FAULTS.map(() => 14)],
  });
  for (const call of callsOf(outcomes)) {
    table.push([
      call,
      ...FAULTS.map(({ name }) =>
        markOf(outcomes.find(({ faultCase }) => nameOf(faultCase.target) === call && faultCase.fault.name === name)),
      ),
    ]);
  }
  return table.toString();
}

/** The same as a Markdown table, for docs/faults.md. */
export function markdownOf(outcomes: readonly Outcome[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = callsOf(outcomes).map((call) =>
    row([
      call,
      ...FAULTS.map(({ name }) =>
        markOf(outcomes.find(({ faultCase }) => nameOf(faultCase.target) === call && faultCase.fault.name === name)),
      ),
    ]),
  );
  return [row(['call', ...FAULTS.map(({ name }) => name)]), row(['---', ...FAULTS.map(() => ':-:')]), ...lines].join(
    '\n',
  );
}

const callsOf = (outcomes: readonly Outcome[]) => [
  ...new Set(outcomes.map(({ faultCase }) => nameOf(faultCase.target))),
];

function markOf(outcome: Outcome | undefined): string {
  if (!outcome) return '';
  if (outcome.problems.length > 0) return '✗';
  return outcome.redriven ? 'R' : '✓';
}
