import { useQuery } from '@tanstack/react-query';
import { UserRoundPlus } from 'lucide-react';
import { type KeyboardEvent, type Ref, useContext, useEffect, useMemo, useState } from 'react';
import {
  ComboBox,
  ComboBoxStateContext,
  Input,
  type Key,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  useFilter,
} from 'react-aria-components';
import type { PersonSummary } from '../../api/schemas/people.ts';
import { peopleQuery } from '../api/queries.ts';
import { Button } from './controls.tsx';
import { Cover } from './cover.tsx';
import { counted } from './format.ts';
import './name-field.css';

/** Somebody there is, or the name of somebody new. */
export type Choice = { person_id: string; name: string } | { name: string };

interface Props {
  label: string;
  placeholder?: string;
  onChoose(choice: Choice): void;
  /** Says what to do with somebody who has the name that was typed, as if somebody new were meant. */
  asks: (person: PersonSummary) => string;
  /** It can be somebody else who has the same name. */
  onNamesake?: (name: string) => void;
  inputRef?: Ref<HTMLInputElement>;
  onEscape?: () => void;
  /** Keys in the empty field, where they are no part of a name. */
  onEmptyKey?: (event: KeyboardEvent) => void;
  autoFocus?: boolean;
  /** A name of nobody who is known is not taken. */
  onlyKnown?: boolean;
}

const same = (one: string, other: string) => one.localeCompare(other, undefined, { sensitivity: 'accent' }) === 0;

/**
 * A name, with those of people there are as it is typed. Choosing somebody from the list is clear; whoever types the
 * name of somebody there is, is asked, because two people can have one name.
 */
export function NameField({
  label,
  placeholder = '',
  onChoose,
  asks,
  onNamesake,
  inputRef,
  onEscape,
  onEmptyKey,
  autoFocus = false,
  onlyKnown = false,
}: Props) {
  const { data: people = [] } = useQuery(peopleQuery);
  const { contains, startsWith } = useFilter({ sensitivity: 'base' });
  const [text, setText] = useState('');
  const alike = useMemo(() => {
    // The list opens as something is typed, and closes with the choice.
    const found = text ? people.filter(({ name }) => contains(name, text)) : [];
    return [
      ...found.filter(({ name }) => startsWith(name, text)),
      ...found.filter(({ name }) => !startsWith(name, text)),
    ];
  }, [people, text, contains, startsWith]);
  const [asked, setAsked] = useState<PersonSummary>();
  const done = (choice: Choice) => {
    setText('');
    setAsked(undefined);
    onChoose(choice);
  };
  const choose = (key: Key | null) => {
    const person = people.find(({ person_id }) => person_id === key);
    if (person) done({ person_id: person.person_id, name: person.name });
  };
  const submit = () => {
    const name = text.trim();
    const person = people.find((each) => same(each.name, name));
    if (name && person) setAsked(person);
    else if (name && !onlyKnown) done({ name });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter' && asked) done({ person_id: asked.person_id, name: asked.name });
    else if (event.key === 'Enter' && !event.currentTarget.getAttribute('aria-activedescendant')) submit();
    else if (event.key === 'Escape' && asked) setAsked(undefined);
    else if (event.key === 'Escape' && text) setText('');
    else if (event.key === 'Escape' && onEscape) onEscape();
    else if (event.key === 'Escape') return;
    else if (!text) return onEmptyKey?.(event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="name-field">
      <ComboBox
        className="field"
        items={alike}
        inputValue={text}
        onInputChange={(value) => {
          setText(value);
          setAsked(undefined);
        }}
        selectedKey={null}
        onSelectionChange={choose}
        allowsCustomValue
        allowsEmptyCollection={false}
        menuTrigger="input"
      >
        <OpenWhileTyped text={text} hasOptions={alike.length > 0} />
        <Label>{label}</Label>
        <div className="row">
          <Input
            {...(inputRef && { ref: inputRef })}
            className="input"
            placeholder={placeholder}
            autoFocus={autoFocus}
            onKeyDownCapture={onKeyDown}
            maxLength={200}
            dir="auto"
          />
          <Button look="primary" slot={null} isDisabled={!text.trim()} onPress={submit} aria-label="Give this name">
            <UserRoundPlus size={16} />
          </Button>
        </div>
        <Popover className="popover" offset={4}>
          <ListBox<PersonSummary>>{PersonOption}</ListBox>
        </Popover>
      </ComboBox>
      {asked && (
        <div className="ask-same" role="alert">
          <p>{asks(asked)}</p>
          <div className="row wrap">
            <Button small look="primary" onPress={() => done({ person_id: asked.person_id, name: asked.name })}>
              Yes, the same person
            </Button>
            <Button small onPress={() => setAsked(undefined)}>
              No, another name
            </Button>
            {onNamesake && (
              <Button small onPress={() => onNamesake(text.trim())}>
                Somebody else of this name
              </Button>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

/** The list opens by itself from the second letter on, because there is nothing in it before the first. Names can have one. */
function OpenWhileTyped({ text, hasOptions }: { text: string; hasOptions: boolean }) {
  const state = useContext(ComboBoxStateContext);
  useEffect(() => {
    if (text && hasOptions && state?.isFocused && !state.isOpen) state.open(null, 'input');
  }, [text, hasOptions]);
  return null;
}

const PersonOption = ({ person_id, name, cover, photos }: PersonSummary) => (
  <ListBoxItem id={person_id} textValue={name} className="option">
    <Cover url={cover} name={name} />
    <bdi className="cut grow">{name}</bdi>
    <span className="small muted number">{counted(photos, 'photo')}</span>
  </ListBoxItem>
);
