import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { NamedPerson } from '../../api/schemas/common.ts';
import type { Person } from '../../api/schemas/people.ts';
import { Ask, Button } from '../ui/controls.tsx';
import { type Choice, NameField } from '../ui/name-field.tsx';
import { useChange } from './use-change.ts';

interface Props {
  person: Person;
  open: boolean;
  onClose(): void;
}

/** Two who are one. Nothing is lost by it: it can be taken back. */
export function MergeDialog({ person, open, onClose }: Props) {
  const navigate = useNavigate();
  const [into, setInto] = useState<Choice>();
  const merge = useChange<{ into: string }>(
    'POST',
    () => `/people/${person.person_id}/merge`,
    () => `${person.name} is ${into?.name ?? ''} now`,
  );
  const submit = () => {
    if (!into || !('person_id' in into)) return;
    const id = into.person_id;
    merge.mutate(
      { into: id },
      {
        onSuccess: () => {
          onClose();
          void navigate({ to: '/people/$id', params: { id } });
        },
      },
    );
  };
  return (
    <Ask title={`Merge ${person.name} into somebody`} open={open} onClose={onClose}>
      {into ? (
        <p>
          All faces of <bdi>{person.name}</bdi> will be of{' '}
          <strong>
            <bdi>{into.name}</bdi>
          </strong>
          . You can take this back on the page of <bdi>{into.name}</bdi>.
        </p>
      ) : (
        <NameField
          label="Who is it really?"
          placeholder="Name of somebody who is known"
          autoFocus
          onlyKnown
          onChoose={setInto}
          asks={(other) => `Is it this ${other.name}?`}
        />
      )}
      <footer>
        <Button onPress={() => (into ? setInto(undefined) : onClose())}>{into ? 'Somebody else' : 'Cancel'}</Button>
        <Button look="primary" isDisabled={!into || merge.isPending} onPress={submit}>
          Merge
        </Button>
      </footer>
    </Ask>
  );
}

/** Who was merged into this person, each with the way back. */
export function Merged({ person }: { person: Person }) {
  const unmerge = useChange<NamedPerson>(
    'POST',
    ({ person_id }) => `/people/${person_id}/unmerge`,
    ({ name }) => `${name} is somebody else again`,
  );
  if (person.merged.length === 0) return null;
  return (
    <ul className="row wrap" aria-label="Merged into this person">
      {person.merged.map((other) => (
        <li key={other.person_id} className="chip merged">
          also <bdi>{other.name}</bdi>
          <Button small look="quiet" onPress={() => unmerge.mutate(other)} isDisabled={unmerge.isPending}>
            Take back
          </Button>
        </li>
      ))}
    </ul>
  );
}
