import { join } from 'node:path';
import type { Target } from '../../client/deployment/target.ts';
import type { ObjectKind, RowKind } from '../../client/export/parts.ts';
import type { Person } from '../../client/people/find-person.ts';
import { counted, printable } from '../../client/text.ts';
import { copyObject, LineFile, type Entry, type ExportedObject } from './files.ts';

const ROW_FILES: Readonly<Record<RowKind, string>> = {
  people: 'people.jsonl',
  faces: 'faces.jsonl',
  decisions: 'decisions.jsonl',
};
export type Counts = Record<RowKind | ObjectKind | 'missing', number>;

/** The folder of an export, with an index of its files that is written as they are copied. */
export class PersonFolder {
  readonly #target: Target;
  readonly #folder: string;
  readonly #index: LineFile;
  readonly #rows: Record<RowKind, LineFile>;
  #separator = '';
  readonly #counts: Counts = { portraits: 0, crops: 0, processed: 0, people: 0, faces: 0, decisions: 0, missing: 0 };

  constructor(target: Target, folder: string) {
    const file = (name: string) => new LineFile(join(folder, name));
    this.#target = target;
    this.#folder = folder;
    this.#index = file('index.json');
    this.#rows = {
      people: file(ROW_FILES.people),
      faces: file(ROW_FILES.faces),
      decisions: file(ROW_FILES.decisions),
    };
  }

  begin({ person_id, name }: Person, ids: readonly string[]): Promise<void> {
    const head = { person: { person_id, name, ids }, rows: Object.values(ROW_FILES) };
    return this.#index.write(`${JSON.stringify(head).slice(0, -1)},"files":[`);
  }

  async row(kind: RowKind, row: object): Promise<void> {
    this.#counts[kind] += 1;
    await this.#rows[kind].write(
      JSON.stringify(row, (_, value: unknown) => (value instanceof Set ? [...value] : value)),
    );
  }

  async object(kind: ObjectKind, object: ExportedObject): Promise<void> {
    const entry = await copyObject(this.#target, this.#folder, kind, object);
    if (entry) await this.#list(kind, entry);
  }

  async #list(kind: ObjectKind, entry: Entry): Promise<void> {
    this.#counts[entry.path === null ? 'missing' : kind] += 1;
    await this.#index.write(this.#separator + JSON.stringify({ kind, ...entry }));
    this.#separator = ',';
  }

  async end(person: Person): Promise<Counts> {
    await this.#index.write(`],"counts":${JSON.stringify(this.#counts)}}`);
    await Promise.all([this.#index, ...Object.values(this.#rows)].map((file) => file.close()));
    const readme = new LineFile(join(this.#folder, 'README.txt'));
    await readme.write(readmeOf(person, this.#counts));
    await readme.close();
    return this.#counts;
  }
}

const readmeOf = (
  { name, person_id }: Person,
  counts: Counts,
) => `Everything that Rollcall holds on ${printable(name)} (${person_id})

index.json       lists the files below, each with its key in the bucket
people.jsonl     ${counted(counts.people, 'row')}: the person, portraits, enrolments, other names
faces.jsonl      ${counted(counts.faces, 'row')}: the person's faces in photos, one a line
decisions.jsonl  ${counted(counts.decisions, 'entry', 'entries')}: what was decided about the person by hand or by searching again
portraits/       ${counted(counts.portraits, 'photo')} that the person was enrolled from
crops/           ${counted(counts.crops, 'picture')} of the person's face, cut out of photos
processed/       ${counted(counts.processed, 'result')} of the photos that the person is in. They name everybody in the photo.

${counts.missing} of the files that the rows name are not in the bucket any more. index.json has them without a path.
Not in here: the photos themselves (faces.jsonl names them), other faces that the person is only a candidate for, and
the face vectors, which Rekognition gives to nobody.`;
