import { Check } from 'lucide-react';
import type { UnknownGroup } from '../../api/schemas/unknown.ts';
import { numberText } from '../ui/format.ts';
import type { Act } from './use-acts.ts';

/** As many as one looks over at once. */
const SHOWN = 24;
const SHOWN_ACTS = 6;

interface Props {
  queue: readonly UnknownGroup[];
  current: string;
  unsure: readonly string[];
  acts: readonly Act[];
  onChoose(group_id: string): void;
}

export const UpNext = ({ queue, current, unsure, acts, onChoose }: Props) => (
  <div className="up-next">
    <section aria-label="Groups">
      <h2>Up next</h2>
      <ul className="queue">
        {queue.slice(0, SHOWN).map(({ group_id, count, faces }) => (
          <li key={group_id}>
            <button
              type="button"
              aria-current={group_id === current}
              aria-label={`Group of ${count}${unsure.includes(group_id) ? ', not sure' : ''}`}
              onClick={() => onChoose(group_id)}
            >
              {faces[0]?.crop ? <img src={faces[0].crop} alt="" /> : <span />}
              <span className="queue-count number">{numberText(count)}</span>
              {unsure.includes(group_id) && <span className="queue-unsure">?</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
    {acts.length > 0 && (
      <section aria-label="Done">
        <h2>Done</h2>
        <ol className="done small">
          {acts.slice(0, SHOWN_ACTS).map(({ id, title }) => (
            <li key={id} className="row">
              <Check size={13} aria-hidden className="is-ok" />
              <bdi className="cut">{title}</bdi>
            </li>
          ))}
        </ol>
      </section>
    )}
  </div>
);
