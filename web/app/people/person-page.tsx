import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft, Merge, PencilLine, Ruler, Split, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Person } from '../../api/schemas/people.ts';
import type { Photo } from '../../api/schemas/photos.ts';
import { pagesQuery, personQuery } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { Cover } from '../ui/cover.tsx';
import { counted, fileName, timeText } from '../ui/format.ts';
import { Picture, pictureOf } from '../ui/picture.tsx';
import { Loaded } from '../ui/states.tsx';
import { ExportButton } from './export-button.tsx';
import { ForgetDialog, useForget } from './forget-dialog.tsx';
import { Merged, MergeDialog } from './merge-dialog.tsx';
import './people.css';
import { Portraits } from './portraits.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { SplitPanel } from './split-panel.tsx';
import { ThresholdDialog } from './threshold-dialog.tsx';
import { Timeline } from './timeline.tsx';

export function PersonPage() {
  const { id } = useParams({ from: '/people/$id' });
  const forget = useForget(id);
  const query = useQuery({ ...personQuery(id), enabled: !forget.isGone });
  return (
    <div className="page">
      <Loaded query={query}>{(person) => <PersonView person={person} forget={forget} />}</Loaded>
    </div>
  );
}

type Open = 'rename' | 'merge' | 'split' | 'threshold' | 'forget' | undefined;

function PersonView({ person, forget }: { person: Person; forget: ReturnType<typeof useForget> }) {
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  return (
    <>
      <Link to="/people" className="back">
        <ArrowLeft size={15} aria-hidden /> People
      </Link>
      <header className="person-head">
        <Cover url={person.cover} name={person.name} size="large" />
        <div className="grow stack">
          <h1>
            <bdi>{person.name}</bdi>
          </h1>
          <p className="muted">
            {counted(person.photo_count, 'photo')}
            {person.last_seen && ` · last seen ${timeText(person.last_seen)}`}
            {person.threshold !== null && ` · threshold ${person.threshold} %`}
          </p>
          <div className="row wrap">
            <Button small onPress={() => setOpen('rename')}>
              <PencilLine size={14} aria-hidden /> Rename
            </Button>
            <Button small onPress={() => setOpen('merge')}>
              <Merge size={14} aria-hidden /> Merge
            </Button>
            <Button small onPress={() => setOpen('split')} isDisabled={open === 'split'}>
              <Split size={14} aria-hidden /> Split
            </Button>
            <Button small onPress={() => setOpen('threshold')}>
              <Ruler size={14} aria-hidden /> Threshold
            </Button>
            <ExportButton person={person} />
            <Button small onPress={() => setOpen('forget')}>
              <Trash2 size={14} aria-hidden /> Forget
            </Button>
          </div>
        </div>
      </header>
      {!forget.isGone && (
        <>
          <Merged person={person} />
          {open === 'split' && <SplitPanel person={person} onClose={close} />}
          <div className="person-columns">
            <PhotosOf person={person} />
            <div className="stack">
              <Timeline days={person.timeline} />
              <SeenWith person={person} />
              <Portraits person={person} />
            </div>
          </div>
          <RenameDialog person={person} open={open === 'rename'} onClose={close} />
          <ThresholdDialog person={person} open={open === 'threshold'} onClose={close} />
          <MergeDialog person={person} open={open === 'merge'} onClose={close} />
        </>
      )}
      <ForgetDialog person={person} forget={forget} open={open === 'forget'} onClose={close} />
    </>
  );
}

/** The newest; the grid of photos shows all. */
const SHOWN = 24;

function PhotosOf({ person: { person_id, name, photo_count } }: { person: Person }) {
  const query = useInfiniteQuery(pagesQuery<Photo>('/photos', { person: [person_id], limit: SHOWN }));
  const photos = query.data?.pages[0]?.items;
  return (
    <section className="stack" aria-label="Photos">
      <header className="row">
        <h2 className="grow">Photos</h2>
        {photo_count > 0 && (
          <Link to="/" search={{ person: [person_id] }} className="small">
            All {photo_count} in the grid
          </Link>
        )}
      </header>
      <Loaded query={{ ...query, data: photos }}>
        {(all) =>
          all.length === 0 ? (
            <p className="muted">
              <bdi>{name}</bdi> is in no photo yet.
            </p>
          ) : (
            <ul className="thumbs">
              {all.map((photo) => (
                <li key={photo.image_id}>
                  <Link
                    to="/photos/$id"
                    params={{ id: photo.image_id }}
                    aria-label={fileName(photo.key)}
                    preload={false}
                  >
                    <Picture made={pictureOf(photo.image_id, '480')} src={photo.thumbnail} alt="" loading="lazy" />
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

const SeenWith = ({ person: { person_id, seen_with } }: { person: Person }) => (
  <section className="card stack" aria-label="Seen together with">
    <h2>Seen together with</h2>
    {seen_with.length === 0 && <p className="muted">Nobody who is known.</p>}
    <ul className="seen-with">
      {seen_with.map((other) => (
        <li key={other.person_id} className="row">
          <Cover url={undefined} name={other.name} />
          <Link to="/people/$id" params={{ id: other.person_id }} className="grow cut plain-link">
            <bdi>{other.name}</bdi>
          </Link>
          <Link to="/" search={{ person: [person_id, other.person_id] }} className="small number">
            {counted(other.photos, 'photo')}
          </Link>
        </li>
      ))}
    </ul>
  </section>
);
