import { useState } from 'react';
import { Input, SearchField } from 'react-aria-components';
import type { HistoryEvent } from '../../api/schemas/executions.ts';

/** As many as a page shows at once without getting slow. */
const SHOWN = 300;

export function Events({ events }: { events: readonly HistoryEvent[] }) {
  const [text, setText] = useState('');
  const first = Date.parse(events[0]?.timestamp ?? '');
  const found = events.filter((event) => JSON.stringify(event).toLowerCase().includes(text.toLowerCase()));
  return (
    <section className="stack" aria-label="Events">
      <header className="row">
        <h2 className="grow">
          Events <span className="muted number">{found.length}</span>
        </h2>
        <SearchField aria-label="Find in the events" value={text} onChange={setText}>
          <Input className="input" placeholder="Find in the events" />
        </SearchField>
      </header>
      <div className="table-room">
        <table className="table">
          <thead>
            <tr>
              <th className="to-end">Id</th>
              <th>Type</th>
              <th>Details</th>
              <th className="to-end">After</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, SHOWN).map(({ id, type, timestamp, details }) => (
              <tr key={id} className={/Failed|TimedOut|Aborted/.test(type) ? 'is-bad-soft' : ''}>
                <td className="number muted to-end">{id}</td>
                <td>{type}</td>
                <td className="event-details">{details && <code>{JSON.stringify(details)}</code>}</td>
                <td className="number muted nowrap to-end">{Date.parse(timestamp) - first} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
