import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { meQuery, settingsQuery } from '../api/queries.ts';
import { Loaded } from '../ui/states.tsx';
import { CalibrationCard } from './calibration-card.tsx';
import './settings.css';
import { SidecarsCard } from './sidecars-card.tsx';

export function SettingsPage() {
  const settings = useQuery(settingsQuery);
  const me = useQuery(meQuery);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Settings</h1>
      </header>
      <Loaded query={settings}>
        {({ region, environment, is_local, face_match_threshold, work_retention_days }) => (
          <section className="card stack" aria-label="Settings">
            <dl className="facts settings">
              <Setting name="A face gets a name from a similarity of" value={`${face_match_threshold} %`}>
                faceMatchThreshold: a higher one names fewer strangers, a lower one misses fewer people.
              </Setting>
              <Setting name="A failed execution can be redriven for" value={`${work_retention_days} days`}>
                workRetentionDays: as long as remembered answers of paid calls are kept.
              </Setting>
              <Setting name="Account" value={is_local ? 'This machine' : `${region}, ${environment}`} />
              {me.data && <Setting name="You are" value={`${me.data.name}, ${me.data.role}`} />}
            </dl>
            <p className="muted small">
              Settings are changed in <code>rollcall.config.ts</code> or with <code>ROLLCALL_…</code> variables, and
              hold from the next start or deployment.
            </p>
          </section>
        )}
      </Loaded>
      <CalibrationCard />
      <SidecarsCard />
    </div>
  );
}

const Setting = ({ name, value, children }: { name: string; value: string; children?: ReactNode }) => (
  <div>
    <dt>
      {name}
      {children && <p className="small">{children}</p>}
    </dt>
    <dd className="number">
      <strong>{value}</strong>
    </dd>
  </div>
);
