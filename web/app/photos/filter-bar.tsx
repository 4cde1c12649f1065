import { useQuery } from '@tanstack/react-query';
import { CalendarDays, ChevronDown, Smile, Tags, UserRound, X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Autocomplete,
  Dialog,
  DialogTrigger,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  type Selection,
  useFilter,
} from 'react-aria-components';
import { peopleQuery } from '../api/queries.ts';
import { Button, IconButton } from '../ui/controls.tsx';
import { Cover } from '../ui/cover.tsx';
import { sentence } from '../ui/format.ts';
import { FACE_EMOTIONS } from './emotions.ts';
import './filter-bar.css';
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
      <TimeFilter filters={filters} onChange={set} />
      {isFiltered(filters) && (
        <IconButton label="Clear the filters" onPress={() => onChange({})}>
          <X size={16} />
        </IconButton>
      )}
    </div>
  );
}

const keysOf = (selection: Selection): string[] => (selection === 'all' ? [] : [...selection].map(String));

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

interface OneOfProps {
  label: string;
  icon: ReactNode;
  values: readonly string[];
  chosen: string | undefined;
  onChange(value: string | undefined): void;
}

const OneOf = ({ label, icon, values, chosen, onChange }: OneOfProps) => (
  <Pick label={label} icon={icon} chosen={chosen && sentence(chosen)}>
    <ListBox
      aria-label={label}
      selectionMode="single"
      selectedKeys={chosen ? [chosen] : []}
      onSelectionChange={(keys) => onChange(keysOf(keys)[0])}
      className="filter-list"
      autoFocus
    >
      {values.map((value) => (
        <ListBoxItem key={value} id={value} textValue={sentence(value)} className="option">
          {sentence(value)}
        </ListBoxItem>
      ))}
    </ListBox>
  </Pick>
);

interface TimeProps {
  filters: Filters;
  onChange(name: 'from' | 'to', day: string | undefined): void;
}

const TimeFilter = ({ filters: { from, to }, onChange }: TimeProps) => (
  <Pick
    label="Time"
    icon={<CalendarDays size={15} />}
    chosen={from || to ? `${from ?? '…'} – ${to ?? '…'}` : undefined}
  >
    <div className="filter-days">
      <label className="field">
        <span className="small muted">First day</span>
        <input
          className="input"
          type="date"
          value={from ?? ''}
          max={to}
          onChange={({ target }) => onChange('from', target.value)}
        />
      </label>
      <label className="field">
        <span className="small muted">Last day</span>
        <input
          className="input"
          type="date"
          value={to ?? ''}
          min={from}
          onChange={({ target }) => onChange('to', target.value)}
        />
      </label>
    </div>
  </Pick>
);

interface PickProps {
  label: string;
  icon: ReactNode;
  chosen: string | undefined;
  children: ReactNode;
}

const Pick = ({ label, icon, chosen, children }: PickProps) => (
  <DialogTrigger>
    <Button small className={`filter ${chosen ? 'is-set' : ''}`} aria-label={chosen ? `${label}: ${chosen}` : label}>
      {icon}
      <bdi className="cut filter-text">{chosen || label}</bdi>
      <ChevronDown size={13} aria-hidden />
    </Button>
    <Popover className="popover" placement="bottom start">
      <Dialog aria-label={label} className="filter-dialog">
        {children}
      </Dialog>
    </Popover>
  </DialogTrigger>
);
