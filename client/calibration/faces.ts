import type { PersonId } from '../../schemas/faces.ts';
import { FaceRecord } from '../../schemas/records.ts';
import { queryIndex, readEnrolledFaces } from '../deployment/queries.ts';
import type { Target } from '../deployment/target.ts';
import { idsOf, readEverybody } from '../people/find-person.ts';

/** A face of whom it is known who it is. */
interface KnownFace {
  readonly person_id: PersonId;
}

export interface EnrolledFace extends KnownFace {
  readonly face_id: string;
}

/** A face in a photo, named by hand. */
export interface ConfirmedFace extends KnownFace {
  readonly crop_key: string;
}

export interface KnownFaces {
  readonly enrolled: readonly EnrolledFace[];
  readonly confirmed: readonly ConfirmedFace[];
}

/** All enrolled faces, and all that somebody has named by hand. Who was merged into somebody counts as them. */
export async function readKnownFaces(target: Target): Promise<KnownFaces> {
  const enrolled: EnrolledFace[] = [];
  const confirmed: ConfirmedFace[] = [];
  for (const person of await readEverybody(target)) {
    const { person_id } = person;
    for (const id of idsOf(person)) {
      for (const { face_id } of await readEnrolledFaces(target, id)) {
        if (face_id !== undefined) enrolled.push({ person_id, face_id });
      }
    }
    const query = { table: 'results', index: 'by-person', value: person_id, schema: FaceRecord } as const;
    for (const { source, status, crop_key } of await queryIndex(target, query)) {
      if (source === 'manual' && status === 'MATCHED' && crop_key !== undefined)
        confirmed.push({ person_id, crop_key });
    }
  }
  return { enrolled, confirmed };
}
