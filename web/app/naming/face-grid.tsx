import type { UnknownGroup } from '../../api/schemas/unknown.ts';
import { Button } from '../ui/controls.tsx';
import { CropGrid } from '../ui/crop-grid.tsx';
import { counted } from '../ui/format.ts';
import { faceKey } from './queue.ts';

interface Props {
  group: UnknownGroup;
  /** How many groups it is made of. */
  groups: number;
  /** Faces that are left out of the answer. */
  left: ReadonlySet<string>;
  onLeft(left: ReadonlySet<string>): void;
}

/** The faces of a group. All of them get the answer, but for those that are taken out. */
export function FaceGrid({ group, groups, left, onLeft }: Props) {
  const keys = group.faces.map(faceKey);
  return (
    <div className="group-faces">
      <header className="row">
        <h2 className="grow">
          {counted(group.count, 'face')}
          {groups > 1 && <span className="muted"> of {groups} groups together</span>}
          {left.size > 0 && <span className="muted"> · {left.size} left out</span>}
        </h2>
        <Button small look="quiet" onPress={() => onLeft(new Set(left.size > 0 ? [] : keys))}>
          {left.size > 0 ? 'Take all' : 'Take none'}
        </Button>
      </header>
      <CropGrid
        label="Faces of the group: select those that belong together"
        crops={group.faces.map((face, place) => ({
          id: faceKey(face),
          name: `Face ${place + 1}`,
          url: face.crop,
          face,
        }))}
        selected={keys.filter((key) => !left.has(key))}
        onSelect={(selected) => onLeft(new Set(keys.filter((key) => !selected.includes(key))))}
      />
    </div>
  );
}
