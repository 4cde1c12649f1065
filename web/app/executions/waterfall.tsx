import type { Visit } from '../../../client/executions/visits.ts';
import { durationText } from '../ui/format.ts';

/** As many as a page shows at once without getting slow. */
const SHOWN = 200;

interface Props {
  visits: readonly Visit[];
  /** What of it still runs ends here, in milliseconds. */
  end: number;
  chosen: string | undefined;
  onChoose(state: string): void;
}

/** When each state ran, and how long its task waited for a function. */
export function Waterfall({ visits, end, chosen, onChoose }: Props) {
  const start = Math.min(...visits.map((visit) => visit.start));
  const all = Math.max(1, end - start);
  const part = (from: number, to: number) => ({
    left: `${((from - start) / all) * 100}%`,
    width: `${Math.max(0.3, ((to - from) / all) * 100)}%`,
  });
  return (
    <ol className="waterfall">
      {visits.slice(0, SHOWN).map((visit) => {
        const { id, state, iteration, status, queued } = visit;
        const until = visit.end ?? end;
        return (
          <li key={id}>
            <button type="button" aria-pressed={state === chosen} onClick={() => onChoose(state)}>
              <span className="waterfall-name cut">
                {state}
                {iteration !== undefined && <span className="muted number"> #{iteration}</span>}
              </span>
              <span className="waterfall-room">
                <span className={`waterfall-bar is-${status}`} style={part(visit.start, until)} />
                {queued?.to !== undefined && queued.to > queued.from && (
                  <span className="waterfall-queue" style={part(queued.from, queued.to)} />
                )}
              </span>
              <span className="waterfall-time small muted number">{durationText(until - visit.start)}</span>
            </button>
          </li>
        );
      })}
      {visits.length > SHOWN && <li className="small muted">and {visits.length - SHOWN} more</li>}
    </ol>
  );
}
