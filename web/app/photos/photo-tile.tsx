import { Link } from '@tanstack/react-router';
import { CircleAlert, ImageOff, LoaderCircle } from 'lucide-react';
import { memo } from 'react';
import { sentence } from '../ui/format.ts';
import { Picture, pictureOf } from '../ui/picture.tsx';
import type { Placed } from './layout.ts';
import type { Tile } from './tile.ts';

type Props = Placed & { isActive: boolean };

export const PhotoTile = memo(({ photo, position, left, width, isActive }: Props) => (
  <div role="gridcell" className="tile" style={{ left, width }}>
    <Link
      to="/photos/$id"
      params={{ id: photo.image_id }}
      tabIndex={isActive ? 0 : -1}
      data-position={position}
      aria-label={labelOf(photo)}
      preload={false}
    >
      <Thumbnail photo={photo} />
      <Badge photo={photo} />
    </Link>
  </div>
));
PhotoTile.displayName = 'PhotoTile';

const isReadable = ({ status }: Tile) => status === 'COMPLETED' || status === 'NO_FACES';

function Thumbnail({ photo }: { photo: Tile }) {
  if (photo.status === 'REJECTED') {
    return (
      <span className="tile-none">
        <ImageOff size={20} aria-hidden />
        <bdi className="cut">{photo.image_id}</bdi>
      </span>
    );
  }
  return (
    <Picture
      made={pictureOf(photo.image_id, '480')}
      src={photo.thumbnail}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
    />
  );
}

function Badge({ photo }: { photo: Tile }) {
  const { status, face_count: faces = 0, matched_count: matched = 0 } = photo;
  if (status === 'PROCESSING') {
    return (
      <span className="tile-badge">
        <LoaderCircle size={13} className="spin" aria-hidden /> Recognizing
      </span>
    );
  }
  if (!isReadable(photo)) {
    return (
      <span className={`tile-badge ${status === 'FAILED' ? 'is-bad' : ''}`}>
        <CircleAlert size={13} aria-hidden /> {sentence(status)}
      </span>
    );
  }
  const unknown = faces - matched;
  return (
    <span className="tile-names">
      <bdi className="cut">{photo.image_id}</bdi>
      <span className="tile-faces">
        {matched > 0 && `${matched} known`}
        {matched > 0 && unknown > 0 && ' · '}
        {unknown > 0 && `${unknown} unknown`}
      </span>
    </span>
  );
}

function labelOf(photo: Tile): string {
  const faces = photo.face_count === undefined ? '' : `, faces: ${photo.face_count}`;
  const state = isReadable(photo) ? '' : `, ${sentence(photo.status)}`;
  return `${photo.image_id}${faces}${state}`;
}
