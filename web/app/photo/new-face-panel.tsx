import type { PhotoWithFaces } from '../../api/schemas/photos.ts';
import { useDecide } from '../api/decide.ts';
import { Button } from '../ui/controls.tsx';
import { type Choice, NameField } from '../ui/name-field.tsx';
import { whom } from './face-panel.tsx';
import type { Box } from './geometry.ts';

interface Props {
  photo: PhotoWithFaces;
  box: Box;
  onClose(): void;
}

/** A face that was drawn is kept with a name, or without one. */
export function NewFacePanel({ photo, box, onClose }: Props) {
  const decide = useDecide();
  const keep = async (choice?: Choice) => {
    const said = choice ? `Added a face of ${choice.name}` : 'Added a face';
    const batch = await decide(said, [
      { image_id: photo.image_id, kind: 'FACE', bounding_box: box, ...(choice && whom(choice)) },
    ]);
    if (batch) onClose();
  };
  return (
    <section className="card face-panel" aria-label="New face">
      <h2>A face that was missed</h2>
      <NameField
        label="Who is it?"
        placeholder="Name"
        autoFocus
        onChoose={(choice) => void keep(choice)}
        onEscape={onClose}
        asks={(person) => `There is a ${person.name} already. Is this the same person?`}
      />
      <div className="row">
        <Button small onPress={() => void keep()}>
          Keep without a name
        </Button>
        <Button small look="quiet" onPress={onClose}>
          Cancel
        </Button>
      </div>
    </section>
  );
}
