import Table from 'cli-table3';
import type { TableLayout } from './table.ts';

/** A table with one line a row. */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { colours }: Pick<TableLayout, 'colours'>,
  aligns: readonly ('left' | 'right')[],
): string {
  const table = new Table({
    head: [...head],
    style: { head: colours ? ['bold'] : [], border: colours ? ['gray'] : [] },
    colAligns: [...aligns],
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
