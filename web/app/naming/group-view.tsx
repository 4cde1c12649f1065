import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { UnknownGroup } from '../../api/schemas/unknown.ts';
import type { Said } from '../api/types.ts';
import { counted } from '../ui/format.ts';
import { Answers } from './answers.tsx';
import { FaceGrid } from './face-grid.tsx';
import { faceKey } from './queue.ts';
import type { useActs } from './use-acts.ts';

interface Props {
  group: UnknownGroup;
  /** How many groups it is made of. */
  groups: number;
  /** Whether all of its faces are there. Until then nothing is said of it. */
  isWhole: boolean;
  acts: ReturnType<typeof useActs>;
  onNext(): void;
}

export function GroupView({ group, groups, isWhole, acts, onNext }: Props) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const room = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const faces = group.faces.filter((face) => !left.has(faceKey(face)));
  const suggested = group.suggestions[0];
  useFocus(suggested ? room : field);

  const of = (said: string) => `${said}: ${counted(faces.length, 'face')}`;
  const say = (title: string, said: Said) => {
    if (!isWhole || faces.length === 0) return;
    acts.answer(of(title), group, faces, said);
    // The faces that were left out are looked at next.
    setLeft(new Set());
    if (faces.length === group.faces.length) onNext();
  };
  const answers = {
    person: ({ name, ...whom }: { name: string; person_id?: string }) =>
      say(name, { kind: 'PERSON', ...(whom.person_id ? { person_id: whom.person_id } : { name }) }),
    refuse: () => {
      if (isWhole && suggested) acts.refuse(of(`Not ${suggested.name}`), group, faces, suggested.person_id);
    },
    unsure: () => {
      acts.postpone('Not sure', group);
      onNext();
    },
    stranger: () => say('Stranger', { kind: 'STRANGER' }),
    noFace: () => say('Not a face', { kind: 'NOT_A_FACE' }),
    /** The nth likeliest person. */
    nth: (n: number) => {
      const person = group.suggestions[n - 1];
      if (person) answers.person(person);
    },
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const isTyping = event.target instanceof HTMLInputElement;
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === 'y') answers.nth(1);
    else if (/^[1-9]$/.test(key)) answers.nth(Number(key));
    else if (key === 'n') answers.refuse();
    else if (key === 'u' || key === '?') answers.unsure();
    else if (key === 's') answers.stranger();
    else if (key === 'x') answers.noFace();
    else if (key === 'z') acts.undoLast();
    else if (key === '/' || (key === 'enter' && !isButton(event.target))) field.current?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section
      className="group"
      ref={room}
      tabIndex={-1}
      aria-label={`Group of ${counted(group.count, 'face')}${suggested ? `, looks like ${suggested.name}` : ''}`}
      onKeyDownCapture={onKeyDown}
    >
      <FaceGrid group={group} groups={groups} left={left} onLeft={setLeft} />
      <Answers
        group={group}
        selected={faces.length}
        isReady={isWhole && faces.length > 0}
        answers={answers}
        fieldRef={field}
        onEscape={() => room.current?.focus()}
      />
    </section>
  );
}

const isButton = (target: EventTarget) => target instanceof HTMLElement && target.closest('button, a') !== null;

/** A group takes the focus as it comes, so that the next key is for it. Not where that would open a keyboard on glass. */
function useFocus(target: { current: HTMLElement | null }) {
  const first = useRef(target);
  useEffect(() => {
    if (!matchMedia('(pointer: coarse)').matches) first.current.current?.focus({ preventScroll: true });
  }, []);
}

export type AnswersOf = {
  person(person: { name: string; person_id?: string }): void;
  refuse(): void;
  unsure(): void;
  stranger(): void;
  noFace(): void;
  nth(n: number): void;
};
