import { Check } from 'lucide-react';
import { Checkbox, GridList, GridListItem } from 'react-aria-components';
import type { UnknownGroup } from '../../api/schemas/unknown.ts';
import { Button } from '../ui/controls.tsx';
import { numberText } from '../ui/format.ts';
import type { Act } from './use-acts.ts';

/** As many as one looks over at once. */
const SHOWN = 24;
const SHOWN_ACTS = 6;

interface Props {
  queue: readonly UnknownGroup[];
  current: string;
  /** Groups that get the same answer as the current one. */
  along: ReadonlySet<string>;
  unsure: readonly string[];
  acts: readonly Act[];
  onChoose(group_id: string): void;
  onAlong(along: ReadonlySet<string>): void;
}

export const UpNext = ({ queue, current, along, unsure, acts, onChoose, onAlong }: Props) => (
  <div className="up-next">
    <section aria-label="Groups">
      <header className="row">
        <h2>Up next</h2>
        <p className="small muted grow">Select others that show the same person, to answer for all of them at once.</p>
        {along.size > 0 && (
          <Button small look="quiet" onPress={() => onAlong(new Set())}>
            Only this one
          </Button>
        )}
      </header>
      <GridList
        aria-label="Groups: Enter goes to one, the space bar takes it along"
        className="queue"
        layout="grid"
        items={queue.slice(0, SHOWN).map((group) => ({ ...group, id: group.group_id }))}
        dependencies={[current, unsure]}
        selectionMode="multiple"
        selectionBehavior="toggle"
        selectedKeys={along}
        onSelectionChange={(keys) => onAlong(keys === 'all' ? new Set() : new Set([...keys].map(String)))}
        onAction={(key) => onChoose(String(key))}
        escapeKeyBehavior="none"
        disallowTypeAhead
      >
        {({ id, count, faces }) => (
          <GridListItem
            id={id}
            textValue={`Group of ${count}${unsure.includes(id) ? ', not sure' : ''}${id === current ? ', shown above' : ''}`}
            className={`queue-group ${id === current ? 'is-current' : ''}`}
          >
            {faces[0]?.crop ? <img src={faces[0].crop} alt="" draggable={false} /> : <span />}
            <span className="queue-count number">{numberText(count)}</span>
            {unsure.includes(id) && <span className="queue-unsure">?</span>}
            {id !== current && (
              <Checkbox slot="selection" className="queue-check">
                <span className="check-box" aria-hidden />
              </Checkbox>
            )}
          </GridListItem>
        )}
      </GridList>
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
