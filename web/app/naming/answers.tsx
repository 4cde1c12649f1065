import { useQuery } from '@tanstack/react-query';
import type { KeyboardEvent, RefObject } from 'react';
import type { UnknownGroup } from '../../api/schemas/unknown.ts';
import { peopleQuery } from '../api/queries.ts';
import { Button, Key } from '../ui/controls.tsx';
import { Cover } from '../ui/cover.tsx';
import { counted } from '../ui/format.ts';
import { NameField } from '../ui/name-field.tsx';
import type { AnswersOf } from './group-view.tsx';

interface Props {
  group: UnknownGroup;
  selected: number;
  isReady: boolean;
  answers: AnswersOf;
  fieldRef: RefObject<HTMLInputElement | null>;
  onEscape(): void;
}

/** Who it may be, and every other answer there is. Each has a key of its own while the field is left. */
export function Answers({ group, selected, isReady, answers, fieldRef, onEscape }: Props) {
  const [first, ...others] = group.suggestions;
  const onEmptyKey = (event: KeyboardEvent) => {
    if (!/^[1-9]$/.test(event.key) || !first) return;
    event.preventDefault();
    answers.nth(Number(event.key));
  };
  return (
    <div className="answers card">
      {first && <Suggested person={first} answers={answers} isReady={isReady} />}
      {others.length > 0 && (
        <ul className="others" aria-label="Others who are like it">
          {others.slice(0, 8).map((person, place) => (
            <li key={person.person_id}>
              <Button small onPress={() => answers.person(person)} isDisabled={!isReady}>
                <Key>{place + 2}</Key> <bdi className="cut">{person.name}</bdi>
                <span className="muted number">{Math.round(person.similarity)} %</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <NameField
        label={first ? 'Somebody else' : `Who is this? ${counted(selected, 'face')}`}
        placeholder="Name"
        inputRef={fieldRef}
        onChoose={answers.person}
        onEscape={onEscape}
        onEmptyKey={onEmptyKey}
        asks={(person) =>
          `There is a ${person.name} already. Do these ${counted(selected, 'face')} show the same person?`
        }
      />
      <div className="row wrap">
        {!first && (
          <Button small onPress={answers.unsure}>
            Not sure <Key>U</Key>
          </Button>
        )}
        <Button small onPress={answers.stranger} isDisabled={!isReady}>
          Stranger <Key>S</Key>
        </Button>
        <Button small onPress={answers.noFace} isDisabled={!isReady}>
          Not a face <Key>X</Key>
        </Button>
      </div>
      <p className="small muted answers-keys">
        <Key>Esc</Key> leaves the field for single keys, <Key>/</Key> goes back to it. <Key>Space</Key> takes a face
        out.
      </p>
    </div>
  );
}

interface SuggestedProps {
  person: UnknownGroup['suggestions'][number];
  answers: AnswersOf;
  isReady: boolean;
}

function Suggested({ person, answers, isReady }: SuggestedProps) {
  const { data: people } = useQuery(peopleQuery);
  const cover = people?.find(({ person_id }) => person_id === person.person_id)?.cover;
  return (
    <div className="suggested">
      <div className="row">
        <Cover url={cover} name={person.name} />
        <div className="grow">
          <p className="small muted">Is this</p>
          <h2>
            <bdi>{person.name}</bdi>?
          </h2>
        </div>
        <span className="chip warn number">{Math.round(person.similarity)} %</span>
      </div>
      <div className="row yes-no">
        <Button look="primary" onPress={() => answers.nth(1)} isDisabled={!isReady}>
          Yes <Key>Y</Key>
        </Button>
        <Button onPress={answers.refuse} isDisabled={!isReady}>
          No <Key>N</Key>
        </Button>
        <Button onPress={answers.unsure}>
          Not sure <Key>U</Key>
        </Button>
      </div>
    </div>
  );
}
