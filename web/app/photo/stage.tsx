import { SquareDashedMousePointer, X } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react';
import type { PhotoWithFaces } from '../../api/schemas/photos.ts';
import { Button, Key } from '../ui/controls.tsx';
import { fileName } from '../ui/format.ts';
import { Picture, pictureOf } from '../ui/picture.tsx';
import { DrawLayer } from './draw-layer.tsx';
import { FaceBox } from './face-box.tsx';
import { type Box, placeOf } from './geometry.ts';

interface Props {
  photo: PhotoWithFaces;
  chosen: number | undefined;
  onChoose(face: number | undefined): void;
  drawn: Box | undefined;
  onDrawn(box: Box): void;
}

/** The picture with its faces. Left and right go from face to face, D draws one that was missed. */
export function Stage({ photo, chosen, onChoose, drawn, onDrawn }: Props) {
  const [drawing, setDrawing] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const faces = photo.faces.toSorted((one, other) => one.bounding_box.left - other.bounding_box.left);
  const here = faces.findIndex(({ index }) => index === chosen);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (drawing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'd') setDrawing(true);
    else if (event.key === 'Escape') onChoose(undefined);
    else if (step && faces.length > 0) {
      const next = faces[here < 0 ? 0 : (here + step + faces.length) % faces.length]!;
      onChoose(next.index);
      stage.current?.querySelector<HTMLElement>(`[data-face="${next.index}"]`)?.focus();
    } else return;
    event.preventDefault();
  };

  const size = { '--ratio': (photo.width ?? 4) / (photo.height ?? 3) } as CSSProperties;
  return (
    <section className="stage" aria-label="Picture" onKeyDown={onKeyDown} ref={stage}>
      <div className="stage-room">
        <figure className="frame" style={size}>
          {photo.picture && photo.status !== 'REJECTED' && (
            <Picture
              made={pictureOf(photo.image_id, '1080')}
              src={photo.picture}
              srcSet={`${photo.picture} 1080w, ${photo.picture_large} 2160w`}
              sizes="(width < 60rem) 100vw, 70vw"
              alt={fileName(photo.key)}
              draggable={false}
            />
          )}
          <div role="group" aria-label="Faces">
            {faces.map((face, place) => (
              <FaceBox
                key={face.index}
                face={face}
                isChosen={face.index === chosen}
                isTabStop={here < 0 ? place === 0 : place === here}
                onChoose={() => onChoose(face.index)}
              />
            ))}
          </div>
          {drawn && <span className="box is-new" style={placeOf(drawn)} />}
          {drawing && (
            <DrawLayer
              onCancel={() => setDrawing(false)}
              onDrawn={(box) => {
                setDrawing(false);
                onDrawn(box);
              }}
            />
          )}
        </figure>
      </div>
      <footer className="stage-bar">
        {drawing ? (
          <>
            <span>
              Drag over the face, or move the box with the arrow keys and size it with <Key>Shift</Key>
              <Key>←↑→↓</Key>. <Key>Enter</Key> takes it.
            </span>
            <Button small onPress={() => setDrawing(false)}>
              <X size={14} aria-hidden /> Cancel
            </Button>
          </>
        ) : (
          <>
            <span className="stage-keys">
              <Key>←</Key> <Key>→</Key> walk the faces
            </span>
            <Button small onPress={() => setDrawing(true)} isDisabled={photo.width === undefined}>
              <SquareDashedMousePointer size={14} aria-hidden /> Draw a missed face <Key>D</Key>
            </Button>
          </>
        )}
      </footer>
    </section>
  );
}
