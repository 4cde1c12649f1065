import { type ReactNode, useState } from 'react';
import './chart-card.css';

interface Props {
  title: string;
  /** What it says in a few words, for who sees it and who does not. */
  summary?: ReactNode;
  /** What each colour stands for. */
  series?: readonly { name: string; look: string }[];
  table: Table;
  className?: string;
  children: ReactNode;
}

export interface Table {
  head: readonly string[];
  rows: readonly (readonly [name: string, ...values: string[]])[];
}

/** A chart with its heading, and with the same figures as a table. */
export const ChartCard = ({ title, summary, series = [], table, className = '', children }: Props) => (
  <section className={`card stack chart-card ${className}`} aria-label={title}>
    <header className="row wrap">
      <h2>{title}</h2>
      <p className="muted small grow">{summary}</p>
      {series.length > 0 && (
        <ul className="row legend small muted">
          {series.map(({ name, look }) => (
            <li key={name} className={`row ${look}`}>
              {name}
            </li>
          ))}
        </ul>
      )}
    </header>
    {children}
    <AsTable title={title} table={table} />
  </section>
);

/** Its rows are made only when it is opened: a year has many. */
function AsTable({ title, table: { head, rows } }: { title: string; table: Table }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="as-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="small muted">As a table</summary>
      {open && (
        // It can be longer than its room, and so must be reached by the keyboard.
        <div className="as-table-room" tabIndex={0} role="group" aria-label={`${title}, as a table`}>
          <table className="table">
            <thead>
              <tr>
                {head.map((name, column) => (
                  <th key={name} scope="col" className={column > 0 ? 'to-end' : ''}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, ...values]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, column) => (
                    <td key={head[column + 1]} className="number to-end">
                      {value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
