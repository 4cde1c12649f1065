import type { CSSProperties } from 'react';
import { counted } from '../ui/format.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Photos by weekday and hour: the darker, the more. */
export function WeekTable({ week }: { week: readonly (readonly number[])[] }) {
  const most = Math.max(...week.flat(), 1);
  return (
    <section className="card stack" aria-label="Weekdays and hours">
      <header className="row wrap">
        <h2>Weekdays and hours</h2>
        <p className="muted small">Photos, by the hour of their upload in UTC</p>
      </header>
      <table className="week">
        <thead>
          <tr>
            <td />
            {week[0]?.map((_, hour) => (
              // Hours have no other name than their place.
              <th key={hour} scope="col" className={hour % 6 === 0 ? '' : 'is-quiet'}>
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {week.map((hours, weekday) => (
            <tr key={WEEKDAYS[weekday]}>
              <th scope="row" aria-label={WEEKDAYS[weekday]}>
                {WEEKDAYS[weekday]?.slice(0, 2)}
              </th>
              {hours.map((photos, hour) => (
                <td
                  key={hour}
                  style={{ '--part': photos / most } as CSSProperties}
                  title={`${WEEKDAYS[weekday]}, ${hour}:00: ${counted(photos, 'photo')}`}
                >
                  <span className="hidden-text">{photos}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
