import { Lightbulb } from 'lucide-react';
import type { Person } from '../../api/schemas/people.ts';
import { fileName } from '../ui/format.ts';
import { Picture, portraitOf } from '../ui/picture.tsx';

export const Portraits = ({ person: { person_id, portraits, advice } }: { person: Person }) => (
  <section className="card stack" aria-label="Portraits">
    <h2>
      Portraits <span className="muted number">{portraits.length}</span>
    </h2>
    {advice && (
      <p className="advice">
        <Lightbulb size={16} aria-hidden /> <span>{advice}</span>
      </p>
    )}
    {portraits.length === 0 && (
      <p className="muted">No portrait is enrolled: new photos are not compared with this person.</p>
    )}
    <ul className="portraits">
      {portraits.map(({ key, face_id, picture, sharpness, brightness, yaw }, place) => (
        <li key={face_id ?? place} className="row">
          {picture && face_id ? (
            <Picture made={portraitOf(person_id, face_id)} src={picture} alt="" loading="lazy" className="portrait" />
          ) : (
            <span className="portrait" />
          )}
          <div className="grow">
            <bdi className="cut">{key ? fileName(key).split('/').at(-1) : `Portrait ${place + 1}`}</bdi>
            <dl className="row wrap small muted">
              <Measure name="Sharpness" value={sharpness} unit=" %" />
              <Measure name="Brightness" value={brightness} unit=" %" />
              <Measure name="Turned" value={yaw === null ? null : Math.abs(yaw)} unit="°" />
            </dl>
          </div>
        </li>
      ))}
    </ul>
  </section>
);

const Measure = ({ name, value, unit }: { name: string; value: number | null; unit: string }) =>
  value !== null && (
    <div className="row measure">
      <dt>{name}</dt>
      <dd className="number">
        {Math.round(value)}
        {unit}
      </dd>
    </div>
  );
