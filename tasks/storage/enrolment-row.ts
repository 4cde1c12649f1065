import { enrolmentRecordOf, personIdOf, personNameOf } from '../../schemas/keys.ts';
import type { RowAddress } from './conditional-updates.ts';

/** The row of an enrolment photo, under the person that its key names, or under `nobody`. */
export function enrolmentRow(tableName: string, key: string): RowAddress {
  const name = personNameOf(key);
  return {
    tableName,
    key: { person_id: name === undefined ? 'nobody' : personIdOf(name), record: enrolmentRecordOf(key) },
  };
}
