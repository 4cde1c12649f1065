import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { ranked, rateOf, type Slot } from '../../../client/photos/counts.ts';
import type { DayRange } from '../../../schemas/days.ts';
import { FACE_EMOTIONS } from '../photos/emotions.ts';
import { ChartCard } from '../ui/chart-card.tsx';
import { numberText, percentText, sentence } from '../ui/format.ts';

/** The strongest emotion of each face. Each leads to its photos. */
export function EmotionsChart({ total, range }: { total: Slot; range: DayRange }) {
  const emotions = ranked(total.emotions);
  const all = emotions.reduce((sum, { count }) => sum + count, 0);
  const most = emotions[0]?.count ?? 1;
  const share = (count: number) => percentText(rateOf(count, all) ?? 0);
  return (
    <ChartCard
      title="Emotions"
      summary="The strongest of each face, as it looks from outside"
      table={{
        head: ['Emotion', 'Faces', 'Share'],
        rows: emotions.map(({ name, count }) => [sentence(name), numberText(count), share(count)]),
      }}
    >
      {emotions.length === 0 && <p className="muted">No face tells one.</p>}
      <ol className="emotions">
        {emotions.map(({ name, count }) => (
          <li key={name} style={{ '--part': count / most } as CSSProperties}>
            <span className="emotion-name">
              {FACE_EMOTIONS.some((each) => each === name) ? (
                <Link to="/" search={{ emotion: name, ...range }} className="plain-link">
                  {sentence(name)}
                </Link>
              ) : (
                sentence(name)
              )}
            </span>
            <span className="emotion-bar" aria-hidden />
            <span className="number muted">{numberText(count)}</span>
            <span className="number">{share(count)}</span>
          </li>
        ))}
      </ol>
    </ChartCard>
  );
}
