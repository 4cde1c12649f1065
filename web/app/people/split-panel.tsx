import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Person } from '../../api/schemas/people.ts';
import type { Face } from '../../api/schemas/photos.ts';
import { send } from '../api/client.ts';
import { takeBack, useRefresh } from '../api/decide.ts';
import { pagesQuery } from '../api/queries.ts';
import type { Decided } from '../api/types.ts';
import { Button } from '../ui/controls.tsx';
import { CropGrid } from '../ui/crop-grid.tsx';
import { counted, fileName } from '../ui/format.ts';
import { complain, say } from '../ui/messages.tsx';
import { type Choice, NameField } from '../ui/name-field.tsx';
import { Loaded } from '../ui/states.tsx';

/** More than a screen of them. */
const PAGE = 200;

interface Props {
  person: Person;
  onClose(): void;
}

/** All faces and portraits of a person, to give some of them to somebody else. */
export function SplitPanel({ person, onClose }: Props) {
  const query = useInfiniteQuery(pagesQuery<Face>('/faces', { person: person.person_id, limit: PAGE }));
  const [faces, setFaces] = useState<string[]>([]);
  const [portraits, setPortraits] = useState<string[]>([]);
  const count = faces.length + portraits.length;
  const split = useSplit(person, onClose);
  const found = query.data?.pages.flatMap(({ items }) => items);
  const pictured = person.portraits.flatMap(({ key, picture }) =>
    key ? [{ id: key, name: fileName(key).split('/').at(-1) ?? key, url: picture }] : [],
  );
  return (
    <section className="card stack" aria-label="Split">
      <header className="row wrap">
        <h2 className="grow">Who of these is somebody else?</h2>
        <Button small onPress={onClose}>
          Cancel
        </Button>
      </header>
      <Loaded query={{ ...query, data: found }}>
        {(all) => (
          <CropGrid
            label={`Faces of ${person.name}: select those of somebody else`}
            crops={all.map((face, place) => ({
              id: `${face.image_id}#${face.index}`,
              name: `Face ${place + 1}`,
              url: face.crop,
              face,
            }))}
            selected={faces}
            isPicking
            onSelect={setFaces}
          />
        )}
      </Loaded>
      {query.hasNextPage && (
        <Button small onPress={() => void query.fetchNextPage()} isDisabled={query.isFetchingNextPage}>
          Show more faces
        </Button>
      )}
      {pictured.length > 0 && (
        <>
          <h3>Portraits</h3>
          <CropGrid label="Portraits" crops={pictured} selected={portraits} isPicking onSelect={setPortraits} />
        </>
      )}
      {count > 0 ? (
        <NameField
          label={`Who are they really? ${counted(count, 'picture')}`}
          placeholder="Name"
          onChoose={(to) => split.mutate({ faces, portraits, to })}
          onNamesake={(name) => split.mutate({ faces, portraits, to: { name }, isNew: true })}
          asks={(other) =>
            other.person_id === person.person_id
              ? `${other.name} is this person. Is it somebody else of the same name?`
              : `There is a ${other.name} already. Is it this person?`
          }
        />
      ) : (
        <p className="muted">Select faces, and portraits, that are of somebody else. You can take it back.</p>
      )}
    </section>
  );
}

interface Off {
  /** Photo and number, as `party.jpg#0`. */
  faces: readonly string[];
  portraits: readonly string[];
  to: Choice;
  /** Somebody else than the person who has this name. */
  isNew?: boolean;
}

function useSplit(person: Person, onDone: () => void) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ faces, portraits, to, isNew = false }: Off) =>
      send<Decided>('POST', `/people/${person.person_id}/split`, {
        faces: faces.map(faceOf),
        portraits,
        to: 'person_id' in to ? to.person_id : to.name,
        new_person: isNew,
      }),
    onSuccess: ({ batch, people, stayed = [] }, { faces, portraits }) => {
      const moved = faces.length + portraits.length - stayed.length;
      say(
        `${counted(moved, 'picture')} of ${people[0]?.name ?? 'somebody else'} now`,
        () => void takeBack([batch]).then(refresh, complain),
      );
      for (const { key, reason } of stayed) complain(new Error(`${fileName(key)} stays: ${reason}`));
      refresh();
      onDone();
    },
    onError: complain,
  });
}

function faceOf(id: string) {
  const at = id.lastIndexOf('#');
  return { image_id: id.slice(0, at), index: Number(id.slice(at + 1)) };
}
