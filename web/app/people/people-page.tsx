import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Search, UserPlus, Users } from 'lucide-react';
import { useState } from 'react';
import { Input, SearchField, useFilter } from 'react-aria-components';
import type { PersonSummary } from '../../api/schemas/people.ts';
import { peopleQuery } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { Cover } from '../ui/cover.tsx';
import { counted } from '../ui/format.ts';
import { Loaded, Notice } from '../ui/states.tsx';
import { EnrolDialog } from './enrol-dialog.tsx';
import './people.css';

export function PeoplePage() {
  const query = useQuery(peopleQuery);
  const [text, setText] = useState('');
  const [enrolling, setEnrolling] = useState(false);
  const { contains } = useFilter({ sensitivity: 'base' });
  return (
    <div className="page">
      <header className="page-head">
        <h1>People</h1>
        <span className="muted number grow">{query.data && query.data.length > 0 && query.data.length}</span>
        <SearchField aria-label="Find a person" value={text} onChange={setText} className="search">
          <Search size={15} aria-hidden />
          <Input className="input" placeholder="Find a person" />
        </SearchField>
        <Button look="primary" small onPress={() => setEnrolling(true)}>
          <UserPlus size={15} aria-hidden /> Enrol somebody
        </Button>
      </header>
      <Loaded query={query}>
        {(people) =>
          people.length === 0 ? (
            <Notice icon={Users} title="Nobody is known yet">
              <p className="muted">
                Enrol somebody with a portrait, or give names to the unknown faces in your photos.
              </p>
              <div className="row">
                <Button onPress={() => setEnrolling(true)}>Enrol somebody</Button>
                <Link to="/name" className="button">
                  Name faces
                </Link>
              </div>
            </Notice>
          ) : (
            <PersonCards people={people.filter(({ name }) => contains(name, text))} />
          )
        }
      </Loaded>
      <EnrolDialog open={enrolling} onClose={() => setEnrolling(false)} />
    </div>
  );
}

const PersonCards = ({ people }: { people: readonly PersonSummary[] }) => (
  <>
    <ul className="people">
      {people.map((person) => (
        <li key={person.person_id}>
          <Link to="/people/$id" params={{ id: person.person_id }} className="person-card">
            <Cover url={person.cover} name={person.name} size="large" />
            <bdi className="person-name cut">{person.name}</bdi>
            <span className="small muted number">
              {counted(person.photos, 'photo')} · {counted(person.portraits, 'portrait')}
            </span>
          </Link>
        </li>
      ))}
    </ul>
    {people.length === 0 && <p className="muted">Nobody by this name.</p>}
  </>
);
