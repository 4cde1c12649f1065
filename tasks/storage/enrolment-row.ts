import { enrolmentRecordOf, personIdOf, personNameOf } from '../../schemas/keys.ts';
import type { Row } from './conditional-updates.ts';

/** How one enrolment photo fared, beside the person whom its key names; where it names nobody, under `nobody`. */
export function enrolmentRow(tableName: string, key: string): Row {
  const name = personNameOf(key);
  return {
    tableName,
    key: { person_id: name === undefined ? 'nobody' : personIdOf(name), record: enrolmentRecordOf(key) },
  };
}
