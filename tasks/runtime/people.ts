import type { EnrolmentRecord } from '../../schemas/records.ts';
import type { Row } from './rows.ts';
import { enrolmentRecordOf } from './keys.ts';

/** How one enrolment photo fared, beside its person; a photo that names nobody is kept under `nobody`. */
export const enrolmentRow = (table: string, personId: EnrolmentRecord['person_id'], key: string): Row => ({
  table,
  key: { person_id: personId, record: enrolmentRecordOf(key) },
});
