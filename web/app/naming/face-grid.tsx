import { Link } from '@tanstack/react-router';
import { Check, Maximize2 } from 'lucide-react';
import { GridList, GridListItem, type Selection } from 'react-aria-components';
import type { UnknownGroup } from '../../api/schemas/unknown.ts';
import { Button } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { faceKey } from './queue.ts';

interface Props {
  group: UnknownGroup;
  /** Faces that are left out of the answer. */
  left: ReadonlySet<string>;
  onLeft(left: ReadonlySet<string>): void;
}

/** The faces of a group. All of them get the answer, but for those that are taken out. */
export function FaceGrid({ group, left, onLeft }: Props) {
  const keys = group.faces.map(faceKey);
  const change = (selection: Selection) =>
    onLeft(new Set(selection === 'all' ? [] : keys.filter((key) => !selection.has(key))));
  return (
    <div className="group-faces">
      <header className="row">
        <h2 className="grow">
          {counted(group.count, 'face')}
          {left.size > 0 && <span className="muted"> · {left.size} left out</span>}
        </h2>
        <Button small look="quiet" onPress={() => onLeft(new Set(left.size > 0 ? [] : keys))}>
          {left.size > 0 ? 'Take all' : 'Take none'}
        </Button>
      </header>
      <GridList
        aria-label="Faces of the group: select those that belong together"
        className="crops"
        layout="grid"
        items={group.faces.map((face, place) => ({ ...face, id: faceKey(face), place }))}
        selectionMode="multiple"
        selectionBehavior="toggle"
        selectedKeys={keys.filter((key) => !left.has(key))}
        onSelectionChange={change}
        escapeKeyBehavior="none"
        disallowTypeAhead
      >
        {({ id, image_id, index, crop, place }) => (
          <GridListItem id={id} textValue={`Face ${place + 1}`} className="crop">
            {crop ? <img src={crop} alt="" draggable={false} /> : <span />}
            <span className="crop-mark" aria-hidden>
              <Check size={12} strokeWidth={3} />
            </span>
            <Link
              to="/photos/$id"
              params={{ id: image_id }}
              search={{ face: index }}
              className="crop-open"
              aria-label={`Photo of face ${place + 1}`}
              tabIndex={-1}
              preload={false}
            >
              <Maximize2 size={12} aria-hidden />
            </Link>
          </GridListItem>
        )}
      </GridList>
    </div>
  );
}
