import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft, Braces, Tags, Workflow } from 'lucide-react';
import { useState } from 'react';
import { SUFFIX } from '../../../client/xmp/regions.ts';
import type { PhotoWithFaces } from '../../api/schemas/photos.ts';
import { toSegment } from '../../api/schemas/segment.ts';
import { download } from '../api/download.ts';
import { photoQuery } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { fileName, sentence, timeText } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';
import { Loaded, Loading } from '../ui/states.tsx';
import { FaceList } from './face-list.tsx';
import { FacePanel } from './face-panel.tsx';
import type { Box } from './geometry.ts';
import './photo.css';
import { NewFacePanel } from './new-face-panel.tsx';
import { Stage } from './stage.tsx';

export function PhotoPage() {
  const { id } = useParams({ from: '/photos/$id' });
  const query = useQuery(photoQuery(id));
  return (
    <Loaded query={query} loading={<Loading of={1} height={480} />}>
      {(photo) => <PhotoView key={photo.image_id} photo={photo} />}
    </Loaded>
  );
}

function PhotoView({ photo }: { photo: PhotoWithFaces }) {
  const { face: chosen } = useSearch({ from: '/photos/$id' });
  const navigate = useNavigate({ from: '/photos/$id' });
  const [drawn, setDrawn] = useState<Box>();
  const choose = (face: number | undefined) =>
    void navigate({ search: face === undefined ? {} : { face }, replace: true });
  const face = photo.faces.find(({ index }) => index === chosen);
  return (
    <div className="photo">
      <Stage
        photo={photo}
        chosen={chosen}
        onChoose={choose}
        onDrawn={(box) => {
          choose(undefined);
          setDrawn(box);
        }}
        drawn={drawn}
      />
      <aside className="photo-side" aria-label="About the photo">
        <header className="stack">
          <Link to="/" className="back">
            <ArrowLeft size={15} aria-hidden /> Photos
          </Link>
          <h1>
            <bdi>{fileName(photo.key)}</bdi>
          </h1>
          <Facts photo={photo} />
        </header>
        {drawn && <NewFacePanel photo={photo} box={drawn} onClose={() => setDrawn(undefined)} />}
        {face && !drawn && <FacePanel key={face.index} photo={photo} face={face} onClose={() => choose(undefined)} />}
        <FaceList faces={photo.faces} chosen={chosen} onChoose={choose} />
      </aside>
    </div>
  );
}

const STATUS_LOOKS: Record<PhotoWithFaces['status'], string> = {
  PROCESSING: 'busy',
  COMPLETED: 'ok',
  NO_FACES: '',
  REJECTED: 'warn',
  FAILED: 'bad',
};

const Facts = ({ photo }: { photo: PhotoWithFaces }) => (
  <>
    <div className="row wrap">
      <span className={`chip ${STATUS_LOOKS[photo.status]}`}>{sentence(photo.status)}</span>
      <span className="small muted">{timeText(photo.timestamp)}</span>
      {photo.width && (
        <span className="small muted number">
          {photo.width} × {photo.height}
        </span>
      )}
    </div>
    {(photo.message ?? photo.error) && (
      <p className="problem">
        {photo.message ?? photo.error}
        {photo.cause && <span className="small">{photo.cause}</span>}
      </p>
    )}
    <div className="row wrap">
      {photo.result && (
        <a className="button is-small" href={photo.result} target="_blank" rel="noreferrer">
          <Braces size={14} aria-hidden /> JSON
        </a>
      )}
      <Link to="/executions/$arn" params={{ arn: photo.execution_arn }} className="button is-small">
        <Workflow size={14} aria-hidden /> Execution
      </Link>
      {photo.faces.length > 0 && (
        <Button small onPress={() => void downloadSidecar(photo.image_id).catch(complain)}>
          <Tags size={14} aria-hidden /> Download sidecar (XMP)
        </Button>
      )}
    </div>
  </>
);

/** Other photo software looks for it beside the photo, under this name. */
async function downloadSidecar(id: string): Promise<void> {
  await download(`/sidecars/${toSegment(id)}`, `${id.split('/').at(-1)}${SUFFIX}`);
  say('The sidecar names people: keep it safe.');
}
