import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Calibration } from '../../api/schemas/calibration.ts';
import { send } from '../api/client.ts';
import { calibrationQuery, settingsQuery } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { complain } from '../ui/messages.tsx';
import { PercentSlider } from '../ui/percent-slider.tsx';
import { Loaded } from '../ui/states.tsx';
import { CalibrationCurve } from './calibration-curve.tsx';
import { adviceOn, otherwiseAt, rateAt, shareText } from './rates.ts';

/** What the threshold does with the faces there are, and what another one would. */
export function CalibrationCard() {
  const query = useQuery(calibrationQuery);
  return (
    <Loaded query={query}>
      {(calibration) => (
        <>
          <section className="card stack" aria-label="Threshold">
            <h2>Which threshold is right</h2>
            <Basis calibration={calibration} />
            {calibration.pairs.same + calibration.pairs.other + calibration.otherwise.faces > 0 && (
              <Would calibration={calibration} />
            )}
          </section>
          {calibration.pairs.other > 0 && <CalibrationCurve calibration={calibration} />}
        </>
      )}
    </Loaded>
  );
}

/** On what the figures rest, and what would make them better. */
function Basis({ calibration }: { calibration: Calibration }) {
  const { enrolled, confirmed, searches, dollars, pairs } = calibration;
  const isLocal = useQuery(settingsQuery).data?.is_local ?? true;
  const compare = useComparison();
  const faces = enrolled + confirmed;
  const compared =
    pairs.same + pairs.other === 0 && searches > 0
      ? 'were not compared with one another yet'
      : `give ${counted(pairs.same, 'pair')} of one person and ${counted(pairs.other, 'pair')} of two`;
  const price = isLocal ? '' : `, about $${dollars.toFixed(2)}`;
  return (
    <div className="search-advice">
      <p className="muted">
        {faces === 0
          ? 'Enrol people, or name faces: each is compared with all others, and that shows what a threshold does.'
          : `${counted(enrolled, 'enrolled face')} and ${confirmed} named by hand ${compared}.`}
      </p>
      {adviceOn(calibration).map((line) => (
        <p key={line}>{line}</p>
      ))}
      {searches > 0 && (
        <div className="row wrap">
          <Button small look="primary" onPress={() => compare.mutate()} isDisabled={compare.isPending}>
            {compare.isPending ? 'Comparing …' : `Compare ${counted(searches, 'face')} more${price}`}
          </Button>
          <span className="small muted" role="status">
            {compare.isPending
              ? `${counted(searches, 'search', 'searches')} left`
              : 'Each is one search, remembered for later.'}
          </span>
        </div>
      )}
    </div>
  );
}

/** More than there can be: a request makes 50 searches. */
const MOST_REQUESTS = 1000;

/** Makes the searches that are missing, some a request. */
function useComparison() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      let before = Infinity;
      for (let request = 0; request < MOST_REQUESTS; request += 1) {
        const calibration = await send<Calibration>('POST', '/calibration');
        queries.setQueryData(calibrationQuery.queryKey, calibration);
        // Faces that went away meanwhile cannot be searched.
        if (calibration.searches === 0 || calibration.searches >= before) return;
        before = calibration.searches;
      }
    },
    onError: complain,
  });
}

function Would({ calibration }: { calibration: Calibration }) {
  const { threshold: now, pairs } = calibration;
  const [tried, setTried] = useState(now);
  const [rate, present] = [rateAt(calibration, tried), rateAt(calibration, now)];
  return (
    <>
      <PercentSlider label="A face gets a name from a similarity of" value={tried} onChange={setTried} />
      <dl className="would" aria-live="polite">
        <div>
          <dt className="small muted">Wrong names: pairs of two people that would match</dt>
          <dd className="number">
            <strong>{shareText(rate.false_matches, pairs.other)}</strong>
            {tried !== now && pairs.other > 0 && <Change by={rate.false_matches - present.false_matches} now={now} />}
          </dd>
        </div>
        <div>
          <dt className="small muted">Misses: pairs of one person that would not match</dt>
          <dd className="number">
            <strong>{shareText(rate.misses, pairs.same)}</strong>
            {tried !== now && pairs.same > 0 && <Change by={rate.misses - present.misses} now={now} />}
          </dd>
        </div>
        <Otherwise calibration={calibration} tried={tried} />
      </dl>
      <p className="small muted">
        Nothing is changed here. To set it: <code>faceMatchThreshold: {tried}</code> in <code>rollcall.config.ts</code>.
        A single person, such as a twin, can have a threshold of their own, on their page.
      </p>
    </>
  );
}

/** What it would do to the photos that there are. */
function Otherwise({ calibration, tried }: { calibration: Calibration; tried: number }) {
  const { gained, lost, photos } = otherwiseAt(calibration, tried);
  return (
    <div>
      <dt className="small muted">
        Named otherwise, if uploaded again: of the newest {counted(calibration.otherwise.faces, 'searched face')}
      </dt>
      <dd className="number">
        <strong>{counted(gained + lost, 'face')}</strong>
        <span className="small muted">
          in {counted(photos, 'photo')}: {gained} would get a name, {lost} would lose it
        </span>
      </dd>
    </div>
  );
}

const Change = ({ by, now }: { by: number; now: number }) => (
  <span className={`small ${by === 0 ? 'muted' : by > 0 ? 'is-bad' : 'is-ok'}`}>
    {by === 0 ? `as many as with ${now} %` : `${Math.abs(by)} ${by > 0 ? 'more' : 'fewer'} than with ${now} %`}
  </span>
);
