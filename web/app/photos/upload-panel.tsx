import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, CircleX, LoaderCircle, X } from 'lucide-react';
import { useEffect } from 'react';
import { Label, ProgressBar } from 'react-aria-components';
import { IconButton } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import './upload-panel.css';
import { clearUploads, type Item, useUploads } from './uploads.ts';

/** As many as fit; those that need attention come first. */
const SHOWN = 8;

export function UploadPanel() {
  const items = useUploads();
  const queries = useQueryClient();
  const sent = items.filter(({ state }) => state !== 'waiting' && state !== 'sending').length;
  const ended = items.filter(hasEnded).length;
  useEffect(() => {
    if (sent > 0) void queries.invalidateQueries({ queryKey: ['photos'] });
  }, [sent, ended, queries]);
  if (items.length === 0) return null;

  const value = (items.reduce((sum, item) => sum + item.sent, 0) + ended) / (2 * items.length);
  return (
    <section className="uploads" aria-label="Uploads">
      <header className="row">
        <ProgressBar value={value * 100} className="grow">
          <Label>{titleOf(items, ended)}</Label>
          <div className="bar">
            <span style={{ width: `${value * 100}%` }} />
          </div>
        </ProgressBar>
        {ended === items.length && (
          <IconButton label="Close the list of uploads" small onPress={clearUploads}>
            <X size={15} />
          </IconButton>
        )}
      </header>
      <ul>
        {inOrder(items).map((item) => (
          <UploadLine key={item.id} item={item} />
        ))}
      </ul>
      {items.length > SHOWN && <p className="small muted">and {counted(items.length - SHOWN, 'more', 'more')}</p>}
    </section>
  );
}

const hasEnded = ({ state }: Item) => state === 'done' || state === 'rejected' || state === 'failed';

function titleOf(items: readonly Item[], ended: number): string {
  if (ended < items.length) return `Recognized ${ended} of ${counted(items.length, 'photo')}`;
  const bad = items.filter(({ state }) => state !== 'done').length;
  return bad === 0 ? `${counted(ended, 'photo')} recognized` : `${ended - bad} recognized, ${bad} not`;
}

const ORDER: Record<Item['state'], number> = {
  failed: 0,
  rejected: 1,
  sending: 2,
  recognizing: 3,
  waiting: 4,
  done: 5,
};
const inOrder = (items: readonly Item[]) =>
  items.toSorted((one, other) => ORDER[one.state] - ORDER[other.state]).slice(0, SHOWN);

const TEXT: Record<Item['state'], string> = {
  waiting: 'Waiting',
  sending: 'Uploading',
  recognizing: 'Recognizing',
  done: 'Recognized',
  rejected: 'Rejected',
  failed: 'Failed',
};

const UploadLine = ({ item: { name, state, image_id, message } }: { item: Item }) => (
  <li>
    <StateIcon state={state} />
    <span className="grow">
      {image_id && state !== 'sending' ? (
        <Link to="/photos/$id" params={{ id: image_id }} className="cut">
          <bdi>{name}</bdi>
        </Link>
      ) : (
        <bdi className="cut">{name}</bdi>
      )}
      {message && <span className="small muted upload-message">{message}</span>}
    </span>
    <span className="small muted">{TEXT[state]}</span>
  </li>
);

function StateIcon({ state }: { state: Item['state'] }) {
  if (state === 'done') return <CircleCheck size={15} className="is-ok" aria-hidden />;
  if (state === 'rejected') return <CircleAlert size={15} className="is-warn" aria-hidden />;
  if (state === 'failed') return <CircleX size={15} className="is-bad" aria-hidden />;
  return <LoaderCircle size={15} className={state === 'waiting' ? 'muted' : 'spin'} aria-hidden />;
}
