import { enrolmentRecordOf, personOfKey } from '../../schemas/keys.ts';
import type { RowAddress } from './conditional-updates.ts';

/** The row of an enrolment photo, under the person that its key tells of, or under `nobody`. */
export const enrolmentRow = (tableName: string, key: string): RowAddress => ({
  tableName,
  key: { person_id: personOfKey(key)?.person_id ?? 'nobody', record: enrolmentRecordOf(key) },
});
