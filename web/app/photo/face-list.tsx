import type { FaceOfPhoto } from '../../api/schemas/photos.ts';
import { percentText } from '../ui/format.ts';
import { nameOf } from './face-box.tsx';

interface Props {
  faces: readonly FaceOfPhoto[];
  chosen: number | undefined;
  onChoose(face: number): void;
}

export const FaceList = ({ faces, chosen, onChoose }: Props) => (
  <section className="stack" aria-label="Faces">
    <h2>
      Faces <span className="muted number">{faces.length}</span>
    </h2>
    <ul className="face-list">
      {faces.map((face) => (
        <li key={face.index}>
          <button type="button" aria-pressed={face.index === chosen} onClick={() => onChoose(face.index)}>
            {face.crop ? <img src={face.crop} alt="" loading="lazy" className="cover" /> : <span className="cover" />}
            <bdi className="cut grow">{nameOf(face)}</bdi>
            {face.similarity !== undefined && (
              <span className="small muted number">{percentText(face.similarity)}</span>
            )}
            <span className={`dot is-${face.status.toLowerCase()}`} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
    {faces.length === 0 && <p className="muted">No face was found. Draw one if there is one.</p>}
  </section>
);
