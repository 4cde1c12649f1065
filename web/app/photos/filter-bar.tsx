import { useQuery } from '@tanstack/react-query';
import { Smile, Tags, UserRound, X } from 'lucide-react';
import { Autocomplete, Input, ListBox, ListBoxItem, SearchField, useFilter } from 'react-aria-components';
import { peopleQuery } from '../api/queries.ts';
import { IconButton } from '../ui/controls.tsx';
import { Cover } from '../ui/cover.tsx';
import { keysOf, OneOf, Pick, TimeFilter } from '../ui/pick.tsx';
import { FACE_EMOTIONS } from './emotions.ts';
import { type Filters, isFiltered, PHOTO_STATUSES } from './filters.ts';

interface Props {
  filters: Filters;
  onChange(filters: Filters): void;
}

export function FilterBar({ filters, onChange }: Props) {
  const { at: _, ...kept } = filters;
  const set = <Name extends keyof Filters>(name: Name, value: Filters[Name] | undefined) => {
    const { [name]: __, ...others } = kept;
    onChange(value === undefined || value.length === 0 ? others : { ...others, [name]: value });
  };
  return (
    <div className="row wrap filters" role="group" aria-label="Filters">
      <PeopleFilter chosen={filters.person ?? []} onChange={(person) => set('person', person)} />
      <OneOf
        label="Status"
        icon={<Tags size={15} />}
        values={PHOTO_STATUSES}
        chosen={filters.status}
        onChange={(status) => set('status', status)}
      />
      <OneOf
        label="Emotion"
        icon={<Smile size={15} />}
        values={FACE_EMOTIONS}
        chosen={filters.emotion}
        onChange={(emotion) => set('emotion', emotion)}
      />
      <TimeFilter
        from={filters.from}
        to={filters.to}
        onChange={({ from, to }) => {
          const { from: __, to: ___, ...others } = kept;
          onChange({ ...others, ...(from ? { from } : {}), ...(to ? { to } : {}) });
        }}
      />
      {isFiltered(filters) && (
        <IconButton label="Clear the filters" onPress={() => onChange({})}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}

function PeopleFilter({ chosen, onChange }: { chosen: readonly string[]; onChange(people: string[]): void }) {
  const { data: people = [] } = useQuery(peopleQuery);
  const { contains } = useFilter({ sensitivity: 'base' });
  const names = people.filter(({ person_id }) => chosen.includes(person_id)).map(({ name }) => name);
  return (
    <Pick label="Person" icon={<UserRound size={15} />} chosen={names.join(' + ')}>
      <Autocomplete filter={contains}>
        <SearchField aria-label="Find a person" autoFocus>
          <Input className="input" placeholder="Find a person" />
        </SearchField>
        <ListBox
          aria-label="People, all in one photo"
          items={people}
          selectionMode="multiple"
          selectedKeys={chosen}
          escapeKeyBehavior="none"
          onSelectionChange={(keys) => onChange(keysOf(keys))}
          className="filter-list"
          renderEmptyState={() => <p className="muted small filter-none">Nobody by this name.</p>}
        >
          {({ person_id, name, cover }) => (
            <ListBoxItem id={person_id} textValue={name} className="option">
              <Cover url={cover} name={name} />
              <bdi className="cut grow">{name}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Autocomplete>
    </Pick>
  );
}
