import { Link } from '@tanstack/react-router';
import { Ban, CircleOff, UserRoundX, X } from 'lucide-react';
import type { FaceOfPhoto, PhotoWithFaces } from '../../api/schemas/photos.ts';
import { useDecide } from '../api/decide.ts';
import type { Said } from '../api/types.ts';
import { Button, IconButton } from '../ui/controls.tsx';
import { percentText, sentence } from '../ui/format.ts';
import { type Choice, NameField } from '../ui/name-field.tsx';
import { nameOf } from './face-box.tsx';

interface Props {
  photo: PhotoWithFaces;
  face: FaceOfPhoto;
  onClose(): void;
}

/** One face: what was found, and every way to put it right. */
export function FacePanel({ photo, face, onClose }: Props) {
  const decide = useDecide();
  const say = (said: string, decision: Said) =>
    void decide(said, [{ image_id: photo.image_id, index: face.index, ...decision }]);
  const name = (choice: Choice) => say(`Named ${choice.name}`, { kind: 'PERSON', ...whom(choice) });
  return (
    <section className="card face-panel" aria-label={`Face ${face.index}`}>
      <header className="row">
        {face.crop ? <img src={face.crop} alt="" className="face-large" /> : <span className="face-large" />}
        <div className="grow">
          <h2>
            {face.person ? (
              <Link to="/people/$id" params={{ id: face.person.person_id }}>
                <bdi>{face.person.name}</bdi>
              </Link>
            ) : (
              <bdi>{nameOf(face)}</bdi>
            )}
          </h2>
          <p className="small muted">
            {face.source === 'machine'
              ? 'Found by comparing'
              : face.source === 'manual'
                ? 'Said by somebody'
                : 'Found when searched again'}
          </p>
        </div>
        <IconButton label="Close" small onPress={onClose}>
          <X size={15} />
        </IconButton>
      </header>
      <NameField
        label={face.person ? 'It is somebody else' : 'Who is it?'}
        placeholder="Name"
        onChoose={name}
        asks={(person) => `There is a ${person.name} already. Is this the same person?`}
      />
      <div className="row wrap">
        {face.person && (
          <Button
            small
            onPress={() => say(`Not ${face.person!.name}`, { kind: 'NOT_PERSON', person_id: face.person!.person_id })}
          >
            <UserRoundX size={14} aria-hidden /> Not <bdi className="cut">{face.person.name}</bdi>
          </Button>
        )}
        <Button small onPress={() => say('A stranger', { kind: 'STRANGER' })} isDisabled={face.status === 'STRANGER'}>
          <CircleOff size={14} aria-hidden /> Stranger
        </Button>
        <Button
          small
          onPress={() => say('Not a face', { kind: 'NOT_A_FACE' })}
          isDisabled={face.status === 'NOT_A_FACE'}
        >
          <Ban size={14} aria-hidden /> Not a face
        </Button>
      </div>
      <p className="face-why">
        <bdi>{face.why}</bdi>
      </p>
      <FaceFacts face={face} />
    </section>
  );
}

export const whom = (choice: Choice) =>
  'person_id' in choice ? { person_id: choice.person_id } : { name: choice.name };

const FaceFacts = ({ face: { emotions, age_range: age, quality, confidence, similarity } }: { face: FaceOfPhoto }) => (
  <dl className="facts">
    {emotions.map(({ type, confidence: strength }) => (
      <div key={type}>
        <dt>{sentence(type)}</dt>
        <dd>
          <meter min={0} max={100} value={strength} aria-label={sentence(type)} />
          <span className="number">{percentText(strength)}</span>
        </dd>
      </div>
    ))}
    {similarity !== undefined && <Fact name="Similarity" value={percentText(similarity)} />}
    {age && <Fact name="Age" value={`${age.low}–${age.high} years`} />}
    <Fact name="Sure that it is a face" value={percentText(confidence)} />
    {quality?.sharpness !== undefined && <Fact name="Sharpness" value={percentText(quality.sharpness)} />}
    {quality?.brightness !== undefined && <Fact name="Brightness" value={percentText(quality.brightness)} />}
  </dl>
);

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd className="number">{value}</dd>
  </div>
);
