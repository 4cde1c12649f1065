import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { type Box, boxBetween, isDrawn, moved, placeOf, type Point, pointIn, resized } from './geometry.ts';

/** Where the box begins for whoever draws with the keys. */
const MIDDLE: Box = { left: 0.44, top: 0.42, width: 0.12, height: 0.16 };
const STEP = 0.01;

interface Props {
  onDrawn(box: Box): void;
  onCancel(): void;
}

export function DrawLayer({ onDrawn, onCancel }: Props) {
  const [box, setBox] = useState(MIDDLE);
  const start = useRef<Point>(undefined);
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => layer.current?.focus(), []);

  const at = (event: PointerEvent) => pointIn(layer.current!.getBoundingClientRect(), event);
  const onPointerDown = (event: PointerEvent) => {
    layer.current!.setPointerCapture(event.pointerId);
    start.current = at(event);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (start.current) setBox(boxBetween(start.current, at(event)));
  };
  const onPointerUp = (event: PointerEvent) => {
    const from = start.current;
    start.current = undefined;
    if (!from) return;
    const drawn = boxBetween(from, at(event));
    setBox(isDrawn(drawn) ? drawn : MIDDLE);
    layer.current!.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const way = WAYS[event.key];
    if (event.key === 'Enter') onDrawn(box);
    else if (event.key === 'Escape') onCancel();
    else if (way) setBox((event.shiftKey ? resized : moved)(box, way.x * STEP, way.y * STEP));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={layer}
      className="draw"
      role="application"
      aria-label="Draw a face. Arrow keys move the box, Shift and arrow keys size it, Enter takes it, Escape cancels."
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onKeyDown={onKeyDown}
    >
      <span className="box is-new" style={placeOf(box)} />
    </div>
  );
}

const WAYS: Record<string, Point | undefined> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
