import { Command } from 'commander';
import { countSearches, reRecognize } from '../../client/decisions/re-recognize.ts';
import { readPeople } from '../../client/deployment/queries.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { UsageError } from '../../client/failure.ts';
import { adviceOn } from '../../client/people/advice.ts';
import { folderFor, isId } from '../../client/people/enrolment-folder.ts';
import { seekPerson } from '../../client/people/find-person.ts';
import { readHoldings } from '../../client/people/holdings.ts';
import { personName } from '../../client/people/person-name.ts';
import { counted, printable } from '../../client/text.ts';
import { withAccount } from '../embedded-account.ts';
import { EXIT } from '../exit.ts';
import { noteEnrolments } from '../report/output.ts';
import { costOf, noteSearched } from '../report/re-recognition.ts';
import { type Terminal } from '../terminal.ts';
import { filesUnder, type LocalFile } from '../upload/files.ts';
import { uploadAndWait } from '../upload/upload-and-wait.ts';
import { portraitItems, portraitUploads } from '../upload/upload-kinds.ts';
import { awsOption, dataOption } from './options.ts';

interface Options extends TargetOptions {
  readonly people?: string;
  readonly newPerson?: boolean;
  readonly force?: boolean;
  readonly largest?: boolean;
}

export const enrollCommand = (terminal: Terminal) =>
  new Command('enroll')
    .summary('teach the account a face')
    .description(
      'Enrols a person by photos that show them and nobody else, in the embedded account, or with --aws in the deployed one.',
    )
    .argument('[name]', 'the person, in any script, or the id of a person')
    .argument('[path...]', 'photos with one face each, or folders of them')
    .option('--people <dir>', 'instead, enrol many people: DIR/John Doe/any.jpg or DIR/john_doe.jpg')
    .option('--new-person', 'somebody else than the person who has this name already')
    .option('--largest', 'enrol the largest face of a photo with several')
    .option('--force', 'enrol a face although it looks like somebody else who is enrolled')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText(
      'after',
      '\nExample:\n  rollcall enroll "John Doe" john1.jpg john2.jpg\n\nExit codes: 0 all are enrolled, 1 a photo was refused or failed, 2 wrong usage',
    )
    .action((name: string | undefined, paths: string[], options: Options) => enroll(terminal, name, paths, options));

async function enroll(terminal: Terminal, typed: string | undefined, paths: string[], options: Options): Promise<void> {
  const { people, newPerson = false } = options;
  checkUsage(typed, paths, options);
  const named = people === undefined ? (typed ?? '') : undefined;
  if (named !== undefined && !isId(named)) personName(named);
  const files = await filesUnder(people === undefined ? paths : [people], terminal.note);
  await withAccount(options, terminal, async (target) => {
    const folder = named === undefined ? '' : await folderFor(target, named, newPerson);
    const items = portraitItems(files.map(inFolder(folder)), options);
    const outcomes = await uploadAndWait({ target, terminal }, await portraitUploads(target, options), items);
    noteEnrolments(terminal, outcomes, await readPeople(target));
    const known = outcomes.filter(({ unchanged, row }) => unchanged && row?.status === 'ENROLLED').length;
    if (known > 0) terminal.note(`${counted(known, 'photo was', 'photos were')} enrolled before, unchanged.`);
    if (named !== undefined) await advise(target, terminal, folder);
    if (outcomes.some(({ row, unchanged }) => row?.status === 'ENROLLED' && !unchanged))
      await searchAgain(target, terminal, options);
    if (outcomes.some(({ row }) => row?.status !== 'ENROLLED')) process.exitCode = EXIT.failed;
  });
}

/** Those who were enrolled may be in photos of before. */
async function searchAgain(target: Target, terminal: Terminal, options: Options): Promise<void> {
  const unknown = await countSearches(target, { unknownOnly: true });
  if (unknown === 0) return;
  if (target.deployment.re_recognize_after_enroll) {
    terminal.note(costOf(unknown, options));
    noteSearched(terminal, await reRecognize(target, terminal.signal, { unknownOnly: true }));
  } else {
    terminal.note(
      `${counted(unknown, 'face')} of before ${unknown === 1 ? 'is' : 'are'} unknown. To search them again: rollcall re-recognize --unknown-only`,
    );
  }
}

async function advise(target: Target, terminal: Terminal, folder: string): Promise<void> {
  const person = await seekPerson(target, folder.replace(/^~|\/$/g, ''));
  if (!person) return;
  const { portraits } = await readHoldings(target, person);
  const advice = adviceOn(printable(person.name), portraits);
  if (advice !== undefined) terminal.note(advice);
}

function checkUsage(name: string | undefined, paths: readonly string[], { people, newPerson }: Options): void {
  if (people !== undefined && (name !== undefined || newPerson)) {
    throw new UsageError('--people takes the names from its folders. Leave out the name, the photos and --new-person.');
  }
  if (people === undefined && (name === undefined || paths.length === 0)) {
    throw new UsageError('Name a person and at least one photo, or a folder of people with --people.');
  }
}

const inFolder =
  (folder: string) =>
  ({ path, name }: LocalFile): LocalFile => ({ path, name: folder + name });
