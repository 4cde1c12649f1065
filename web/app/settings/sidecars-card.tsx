import { useMutation } from '@tanstack/react-query';
import { Download, FileUp, FolderUp } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { takeBack, useRefresh } from '../api/decide.ts';
import { Button } from '../ui/controls.tsx';
import { counted } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';
import { downloadSidecars, takeSidecars, type Taken } from './sidecars.ts';

/** Names for other photo software, and names from there. */
export const SidecarsCard = () => (
  <section className="card stack" aria-label="Sidecars">
    <h2>Names for other photo software</h2>
    <Give />
    <Take />
  </section>
);

function Give() {
  const [read, setRead] = useState(0);
  const give = useMutation({
    mutationFn: () => downloadSidecars(setRead),
    onSuccess: (files) =>
      say(
        files === 0
          ? 'No photo has faces yet, so there is no sidecar.'
          : `${counted(files, 'sidecar')}. They name people: keep them safe.`,
      ),
    onError: complain,
  });
  const start = () => {
    setRead(0);
    give.mutate();
  };
  return (
    <div className="search-advice">
      <p className="muted">
        Faces and names of all photos as XMP sidecars (<code>party.jpg.xmp</code> for <code>party.jpg</code>), which
        other photo software shows. They name people: keep them safe.
      </p>
      <div className="row wrap">
        <Button small onPress={start} isDisabled={give.isPending}>
          <Download size={14} aria-hidden /> Download sidecars (XMP)
        </Button>
        <span className="small muted number" role="status">
          {give.isPending && `${counted(read, 'photo')} read …`}
        </span>
      </div>
    </div>
  );
}

function Take() {
  const [read, setRead] = useState(0);
  const refresh = useRefresh();
  const take = useMutation({
    mutationFn: (files: readonly File[]) => takeSidecars(files, setRead),
    onSuccess: ({ batches, named, known }) => {
      const before = known > 0 ? `, ${known} known before` : '';
      const undo = () => void takeBack(batches).then(refresh, complain);
      say(`${counted(named, 'face')} named${before}.`, named > 0 ? undo : undefined);
      refresh();
    },
    onError: complain,
  });
  const start = (list: FileList | null) => {
    setRead(0);
    if (list && list.length > 0) take.mutate([...list]);
  };
  return (
    <div className="search-advice">
      <p className="muted">
        Names of faces can be taken from XMP sidecars too, as decisions by hand: a face is found by its box, and is
        added where there is none. A folder is to be laid out as the photos are.
      </p>
      <div className="row wrap">
        <FileTrigger acceptDirectory onSelect={start}>
          <Button small isDisabled={take.isPending}>
            <FolderUp size={14} aria-hidden /> Take names from a folder
          </Button>
        </FileTrigger>
        <FileTrigger allowsMultiple acceptedFileTypes={['.xmp']} onSelect={start}>
          <Button small isDisabled={take.isPending}>
            <FileUp size={14} aria-hidden /> From files
          </Button>
        </FileTrigger>
        <span className="small muted number" role="status">
          {take.isPending && `${counted(read, 'sidecar')} read …`}
        </span>
      </div>
      {take.data && <LeftOut left={take.data.left} />}
    </div>
  );
}

/** As many as somebody reads. */
const SHOWN = 20;

const LeftOut = ({ left }: Pick<Taken, 'left'>) =>
  left.length > 0 && (
    <div className="problem" role="alert">
      <strong>{counted(left.length, 'sidecar was', 'sidecars were')} left out.</strong>
      <ul>
        {left.slice(0, SHOWN).map(({ file, why }) => (
          <li key={file}>
            <bdi>{file}</bdi>: <bdi>{why}</bdi>
          </li>
        ))}
      </ul>
      {left.length > SHOWN && <p>and {left.length - SHOWN} more</p>}
    </div>
  );
