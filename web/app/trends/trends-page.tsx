import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CalendarDays, ChartNoAxesCombined, Images } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { rateOf, type Slot, slotsOf, totalOf } from '../../../client/photos/counts.ts';
import type { DayRange } from '../../../schemas/days.ts';
import type { Statistics } from '../../api/schemas/statistics.ts';
import { daysQuery, statisticsQuery } from '../api/queries.ts';
import { DayFields } from '../ui/day-fields.tsx';
import { dayOf } from '../ui/days.ts';
import { numberText, percentText } from '../ui/format.ts';
import { OneOf } from '../ui/pick.tsx';
import { Loaded, Notice } from '../ui/states.tsx';
import { CountsChart } from './counts-chart.tsx';
import { unitOf, weekOf } from './counts.ts';
import { EmotionsChart } from './emotions-chart.tsx';
import { PeopleChart } from './people-chart.tsx';
import { RangeBrush } from './range-brush.tsx';
import { LATEST, periodOf, USUAL, within } from './range.ts';
import { RatesChart } from './rates-chart.tsx';
import './trends.css';
import { WeekTable } from './week-table.tsx';

export function TrendsPage() {
  const search = useSearch({ from: '/trends' });
  const navigate = useNavigate({ from: '/trends' });
  const { period: chosen = USUAL } = search;
  const period = periodOf(chosen, dayOf(new Date()));
  const query = useQuery(statisticsQuery(period));
  const [range, setRange] = useRange(period);
  const years = useYears();
  return (
    <div className="page">
      <header className="page-head">
        <h1>Trends</h1>
        <OneOf
          label="Period"
          icon={<CalendarDays size={15} />}
          values={[...LATEST, ...years].map(String)}
          text={(days) => (LATEST.some((latest) => String(latest) === days) ? `Last ${days} days` : days)}
          chosen={String(chosen)}
          onChange={(next) => void navigate({ search: next ? { period: Number(next) } : {}, replace: true })}
        />
        <span className="grow" />
        <Link to="/" search={range} className="button is-small">
          <Images size={14} aria-hidden /> Photos of these days
        </Link>
      </header>
      <Loaded query={query}>
        {(statistics) =>
          statistics.days.length === 0 ? (
            <Notice icon={ChartNoAxesCombined} title="No photos in this time">
              <p className="muted">
                Choose another period above, or upload photos: what is found in them is counted here by day and hour.
              </p>
              <Link to="/" className="button">
                Upload photos
              </Link>
            </Notice>
          ) : (
            <Charts statistics={statistics} period={period} range={range} onChange={setRange} />
          )
        }
      </Loaded>
    </div>
  );
}

/** Years with photos, the last first. */
function useYears(): string[] {
  const { data: days = [] } = useQuery(daysQuery);
  return [...new Set(days.map(({ day }) => day.slice(0, 'YYYY'.length)))].toReversed();
}

/** How long it rests before it is part of the address, in ms: browsers refuse many changes of it in a short time. */
const RESTS = 300;

/** The days that are looked at, and their change, which is shown at once. */
function useRange(period: DayRange) {
  const search = useSearch({ from: '/trends' });
  const navigate = useNavigate({ from: '/trends' });
  const [moving, setMoving] = useState<DayRange>();
  useEffect(() => {
    if (!moving) return;
    const timer = setTimeout(() => {
      void navigate({
        search: ({ period: kept }) => ({ ...(kept ? { period: kept } : {}), ...moving }),
        replace: true,
      });
      setMoving(undefined);
    }, RESTS);
    return () => clearTimeout(timer);
  }, [moving, navigate]);
  return [moving ?? within(search, period), setMoving] as const;
}

interface ChartsProps {
  statistics: Statistics;
  period: DayRange;
  range: DayRange;
  onChange(range: DayRange): void;
}

function Charts({ statistics, period: { from, to }, range, onChange }: ChartsProps) {
  const days = useMemo(() => slotsOf(statistics.days, { from, to }, 'day'), [statistics.days, from, to]);
  const unit = unitOf(range);
  const slots = useMemo(
    () => slotsOf(statistics.days, { from: range.from, to: range.to }, unit),
    [statistics.days, range.from, range.to, unit],
  );
  const total = useMemo(() => totalOf(slots), [slots]);
  return (
    <>
      <section className="card range-card" aria-label="Days">
        <RangeBrush days={days} range={range} onChange={onChange} />
        <div className="row range-days">
          <DayFields
            {...range}
            first={from}
            last={to}
            onChange={(next) => onChange({ from: next.from ?? range.from, to: next.to ?? range.to })}
          />
        </div>
      </section>
      <Figures total={total} />
      <div className="charts">
        <CountsChart slots={slots} unit={unit} />
        <PeopleChart people={statistics.people} slots={slots} total={total} unit={unit} range={range} />
        <RatesChart slots={slots} unit={unit} />
        <EmotionsChart total={total} range={range} />
        <WeekTable week={weekOf(statistics.days, range)} />
      </div>
    </>
  );
}

const Figures = ({ total: { photos, faces, matched, unknown, people } }: { total: Slot }) => (
  <dl className="figures">
    <Figure name="Photos">{numberText(photos)}</Figure>
    <Figure name="Faces">{numberText(faces)}</Figure>
    <Figure name="People">{numberText(Object.keys(people).length)}</Figure>
    <Figure name="Named">{rateText(matched, faces)}</Figure>
    <Figure name="Unknown">{rateText(unknown, faces)}</Figure>
  </dl>
);

const rateText = (part: number, faces: number) => {
  const rate = rateOf(part, faces);
  return rate === null ? '–' : percentText(rate);
};

const Figure = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="card">
    <dt className="small muted">{name}</dt>
    <dd className="number">{children}</dd>
  </div>
);
