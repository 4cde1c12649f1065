import { Link } from '@tanstack/react-router';
import { Check, Maximize2 } from 'lucide-react';
import { GridList, GridListItem } from 'react-aria-components';
import './crop-grid.css';

export interface Crop {
  id: string;
  /** What it is called where it cannot be seen. */
  name: string;
  url: string | null;
  /** Where it was cut out. */
  face?: { image_id: string; index: number };
}

interface Props {
  label: string;
  crops: readonly Crop[];
  selected: readonly string[];
  /** Whether some of many are picked out. Otherwise what is not selected is left out, and so is faint. */
  isPicking?: boolean;
  onSelect(ids: string[]): void;
}

/** Pictures of faces, of which some are selected: arrow keys walk them, the space bar selects. */
export const CropGrid = ({ label, crops, selected, isPicking = false, onSelect }: Props) => (
  <GridList
    aria-label={label}
    className={`crops ${isPicking ? 'is-picking' : ''}`}
    layout="grid"
    items={crops}
    selectionMode="multiple"
    selectionBehavior="toggle"
    selectedKeys={selected}
    onSelectionChange={(keys) => onSelect(keys === 'all' ? crops.map(({ id }) => id) : [...keys].map(String))}
    escapeKeyBehavior="none"
    disallowTypeAhead
  >
    {CropItem}
  </GridList>
);

const CropItem = ({ id, name, url, face }: Crop) => (
  <GridListItem id={id} textValue={name} className="crop">
    {url ? <img src={url} alt="" draggable={false} loading="lazy" /> : <span />}
    <span className="crop-mark" aria-hidden>
      <Check size={12} strokeWidth={3} />
    </span>
    {face && (
      <Link
        to="/photos/$id"
        params={{ id: face.image_id }}
        search={{ face: face.index }}
        className="crop-open"
        aria-label={`Photo of ${name.toLowerCase()}`}
        tabIndex={-1}
        preload={false}
      >
        <Maximize2 size={12} aria-hidden />
      </Link>
    )}
  </GridListItem>
);
