import { Link } from '@tanstack/react-router';
import { ScanFace, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Button, Key } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { Loaded, Notice } from '../ui/states.tsx';
import { GroupAgain } from './group-again.tsx';
import { GroupView } from './group-view.tsx';
import './naming.css';
import { UpNext } from './up-next.tsx';
import { useActs } from './use-acts.ts';
import { useGroups } from './use-groups.ts';

/** Unknown faces, a group at a time, the largest first. */
export function NamingPage() {
  const [chosen, setChosen] = useState<string>();
  const acts = useActs(setChosen);
  const [along, setAlong] = useState<ReadonlySet<string>>(new Set());
  const { query, queue, current, groups, isWhole, fresh } = useGroups(acts.done, chosen, along);
  const choose = (group_id?: string) => {
    setChosen(group_id);
    setAlong(new Set());
  };
  const left = queue.reduce((sum, { count }) => sum + count, 0);
  return (
    <div
      className="page naming"
      onKeyDown={(event) => {
        if (event.key !== 'z' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        acts.undoLast();
      }}
    >
      <header className="page-head">
        <h1>Name</h1>
        <p className="muted number grow" aria-live="polite">
          {left > 0 &&
            `${counted(left, 'face')} in ${counted(queue.length, 'group')}${query.hasNextPage ? ' and more' : ''}`}
        </p>
        {acts.pending > 0 && <span className="small muted">Keeping …</span>}
        <Button small onPress={acts.undoLast} isDisabled={acts.acts.length === 0}>
          <Undo2 size={14} aria-hidden /> Undo <Key>Ctrl Z</Key>
        </Button>
        <GroupAgain fresh={fresh} />
      </header>
      {/* More groups may be on their way when those at hand are done. */}
      <Loaded query={{ ...query, data: !current && query.hasNextPage ? undefined : query.data }}>
        {() =>
          current ? (
            <>
              <GroupView
                key={current.group_id}
                group={current}
                groups={groups}
                isWhole={isWhole}
                acts={acts}
                onNext={() => choose()}
              />
              <UpNext
                queue={queue}
                current={current.group_id}
                acts={acts.acts}
                unsure={acts.done.unsure}
                along={along}
                onChoose={choose}
                onAlong={setAlong}
              />
            </>
          ) : (
            <Notice icon={ScanFace} title="Every face has an answer">
              <p className="muted">
                Unknown faces of new photos are grouped here. Group them again after you have uploaded some, or look at
                the people you named.
              </p>
              <div className="row">
                <Link to="/" className="button">
                  Upload photos
                </Link>
                <Link to="/people" className="button">
                  People
                </Link>
              </div>
            </Notice>
          )
        }
      </Loaded>
    </div>
  );
}
