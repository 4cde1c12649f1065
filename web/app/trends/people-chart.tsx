import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Bar, BarChart, XAxis, YAxis } from 'recharts';
import { ranked, type Slot, type Unit } from '../../../client/photos/counts.ts';
import type { DayRange } from '../../../schemas/days.ts';
import type { Statistics } from '../../api/schemas/statistics.ts';
import { peopleQuery } from '../api/queries.ts';
import { ChartCard } from '../ui/chart-card.tsx';
import { Button } from '../ui/controls.tsx';
import { Cover } from '../ui/cover.tsx';
import { counted, numberText } from '../ui/format.ts';
import { slotNames } from './time-axis.tsx';

/** As many as one looks over at once. */
const SHOWN = 8;

interface Props {
  people: Statistics['people'];
  slots: Slot[];
  total: Slot;
  unit: Unit;
  range: DayRange;
}

/** Who is in the photos, the most often first, each with a chart of their own to the same scale. */
export function PeopleChart({ people, slots, total, unit, range }: Props) {
  const [all, setAll] = useState(false);
  const covers = useQuery(peopleQuery).data;
  const names = new Map(people.map(({ person_id, name }) => [person_id, name]));
  const found = ranked(total.people).map(({ name: id, count }) => ({ id, count, name: names.get(id) ?? 'somebody' }));
  const shown = all ? found : found.slice(0, SHOWN);
  const most = Math.max(...slots.flatMap((slot) => shown.map(({ id }) => slot.people[id] ?? 0)), 1);
  return (
    <ChartCard
      title="People"
      summary={found.length > 0 && `${counted(found.length, 'person', 'people')}, the most often seen first`}
      table={{
        head: ['When', ...shown.map(({ name }) => name)],
        rows: slots.map(({ key, people: of }) => [
          slotNames(unit).full(key),
          ...shown.map(({ id }) => numberText(of[id] ?? 0)),
        ]),
      }}
    >
      {found.length === 0 && <p className="muted">Nobody who is known is in these photos.</p>}
      <ol className="people-rows">
        {shown.map(({ id, name, count }) => (
          <li key={id} className="row">
            <Cover url={covers?.find(({ person_id }) => person_id === id)?.cover} name={name} />
            <Link to="/people/$id" params={{ id }} className="plain-link cut people-name">
              <bdi>{name}</bdi>
            </Link>
            <BarChart responsive className="sparkline" data={slots} margin={NONE} accessibilityLayer={false}>
              <XAxis dataKey="key" hide />
              <YAxis domain={[0, most]} hide />
              <Bar
                dataKey={(slot: Slot) => slot.people[id] ?? 0}
                fill="var(--chart-photos)"
                isAnimationActive={false}
              />
            </BarChart>
            <Link to="/" search={{ person: [id], ...range }} className="small number people-count">
              {counted(count, 'face')}
            </Link>
          </li>
        ))}
      </ol>
      {found.length > SHOWN && (
        <Button small onPress={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${found.length}`}
        </Button>
      )}
    </ChartCard>
  );
}

const NONE = { top: 0, right: 0, bottom: 0, left: 0 };
