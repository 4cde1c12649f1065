import type { FaceOfPhoto } from '../../api/schemas/photos.ts';
import { percentText, sentence } from '../ui/format.ts';
import { placeOf } from './geometry.ts';

interface Props {
  face: FaceOfPhoto;
  isChosen: boolean;
  isTabStop: boolean;
  onChoose(): void;
}

/** A face in the picture. What is known about it shows while it has the pointer or the focus. */
export function FaceBox({ face, isChosen, isTabStop, onChoose }: Props) {
  const { left, top, width, height } = face.bounding_box;
  const side = left + width / 2 > 0.6 ? 'at-right' : '';
  const above = top + height > 0.62 ? 'is-above' : '';
  return (
    <button
      type="button"
      className={`box is-${face.status.toLowerCase()} ${side} ${above}`}
      style={placeOf(face.bounding_box)}
      aria-pressed={isChosen}
      aria-label={`Face ${face.index}: ${nameOf(face)}`}
      aria-describedby={`about-face-${face.index}`}
      data-face={face.index}
      tabIndex={isTabStop ? 0 : -1}
      onClick={onChoose}
    >
      <bdi className="box-name">{nameOf(face)}</bdi>
      <span className="box-card" id={`about-face-${face.index}`}>
        <span className="box-facts">{factsOf(face)}</span>
        <bdi>{face.why}</bdi>
      </span>
    </button>
  );
}

/** Fewer per cent say nothing: everybody is a little like somebody. */
const WORTH_SAYING = 50;

export function nameOf({ person, status, candidate }: FaceOfPhoto): string {
  if (person) return person.name;
  const isLike = status === 'UNKNOWN' && candidate && candidate.similarity >= WORTH_SAYING;
  return isLike ? `${candidate.name}? ${Math.round(candidate.similarity)} %` : sentence(status);
}

function factsOf({ emotions, age_range: age, similarity }: FaceOfPhoto): string {
  const [emotion] = emotions;
  return [
    emotion && `${sentence(emotion.type)} ${Math.round(emotion.confidence)} %`,
    age && `${age.low}–${age.high} years`,
    similarity !== undefined && `${percentText(similarity)} similar`,
  ]
    .filter(Boolean)
    .join(' · ');
}
