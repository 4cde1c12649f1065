import { explain } from '../../client/decisions/explain.ts';
import type { PhotoFacts } from '../../client/decisions/facts.ts';
import type { People } from '../../client/deployment/queries.ts';
import type { FaceRecord, PhotoRecord } from '../../schemas/records.ts';
import { cropAddress, pictureAddress } from './addresses.ts';
import type { NamedPerson } from './schemas/common.ts';
import type { Face, FaceOfPhoto, Photo } from './schemas/photos.ts';
import type { Signer } from './signer.ts';

/** As somebody is called now. A row has the name of the time when it was written. */
export const named = (person_id: string, people: People, otherwise = 'somebody'): NamedPerson => ({
  person_id,
  name: people.get(person_id) ?? otherwise,
});

export function photoView(signer: Signer, photo: PhotoRecord): Photo {
  const { image_id, key, status, timestamp, day, width, height, format, size, face_count, matched_count } = photo;
  const { reason, message, error, cause, failed_state, execution_arn } = photo;
  return {
    image_id,
    key,
    status,
    timestamp,
    day,
    width,
    height,
    format,
    size,
    face_count,
    matched_count,
    reason,
    message,
    error,
    cause,
    failed_state,
    execution_arn,
    thumbnail: pictureAddress(signer, photo, '480'),
  };
}

export function faceView(signer: Signer, face: FaceRecord, people: People): Face {
  const { image_id, face_index, timestamp, face_id, bounding_box, status, reason, source, confidence, emotions } = face;
  const { person_id, person, similarity, candidate } = face;
  return {
    image_id,
    index: face_index,
    timestamp,
    face_id,
    bounding_box,
    status,
    reason,
    source,
    person: person_id === undefined ? undefined : named(person_id, people, person),
    similarity,
    candidate: candidate && { ...named(candidate.person_id, people), similarity: candidate.similarity },
    confidence,
    emotions,
    crop: cropAddress(signer, face),
  };
}

export function faceOfPhotoView(signer: Signer, face: FaceRecord, facts: PhotoFacts): FaceOfPhoto {
  const known = facts.factsOf(face);
  const json = facts.processed?.faces.find(({ index }) => index === face.face_index);
  const { age_range, gender, quality, pose } = json ?? {};
  return { ...faceView(signer, face, known.people), age_range, gender, quality, pose, why: explain(known) };
}
