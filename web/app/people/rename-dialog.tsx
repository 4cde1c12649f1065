import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import type { Person } from '../../api/schemas/people.ts';
import { Ask, Button } from '../ui/controls.tsx';
import { useChange } from './use-change.ts';

interface Props {
  person: Person;
  open: boolean;
  onClose(): void;
}

export function RenameDialog({ person, open, onClose }: Props) {
  const [name, setName] = useState(person.name);
  const rename = useChange<{ name: string }>(
    'PATCH',
    () => `/people/${person.person_id}`,
    (body) => `The name is ${body.name} now`,
  );
  const submit = () => rename.mutate({ name: name.trim() }, { onSuccess: onClose });
  return (
    <Ask title="Rename" open={open} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField value={name} onChange={setName} autoFocus className="field">
          <Label>Name</Label>
          <Input className="input" maxLength={200} dir="auto" />
        </TextField>
        <footer>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isDisabled={!name.trim() || name === person.name || rename.isPending}>
            Rename
          </Button>
        </footer>
      </form>
    </Ask>
  );
}
