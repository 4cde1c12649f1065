import { Command } from 'commander';
import { decide } from '../../client/decisions/decide.ts';
import { about, findFaces, type GivenFace } from '../../client/decisions/faces.ts';
import { type TargetOptions } from '../../client/deployment/target.ts';
import { Failure } from '../../client/failure.ts';
import { printable } from '../../client/text.ts';
import type { NewDecision } from '../../schemas/decisions.ts';
import { withExistingAccount } from '../embedded-account.ts';
import { facesOf, noteBatch } from '../report/batch.ts';
import { type Terminal } from '../terminal.ts';
import { awsOption, dataOption } from './options.ts';

interface Verdict {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Undefined if it cannot be said of this face of a group. */
  readonly decision: (face: GivenFace) => NewDecision | undefined;
  readonly done: string;
}

const VERDICTS: readonly Verdict[] = [
  {
    name: 'wrong',
    summary: 'say that a face is not the person it was taken for',
    description:
      'Says that faces are not the people they were taken for, or are most like. These people are not proposed for them again.',
    decision: (given) => {
      const person_id = personOf(given);
      return person_id && about(given, { kind: 'NOT_PERSON', person_id });
    },
    done: 'Taken for the wrong person: ',
  },
  {
    name: 'stranger',
    summary: 'say that a face is nobody you want to name',
    description: 'Says that faces are nobody you want to name: they are left out of what is still to be named.',
    decision: (given) => about(given, { kind: 'STRANGER' }),
    done: 'Strangers: ',
  },
  {
    name: 'not-a-face',
    summary: 'say that there is no face',
    description: 'Says that what was found is no face.',
    decision: (given) => about(given, { kind: 'NOT_A_FACE' }),
    done: 'No faces: ',
  },
];

/** Whom the face was taken for, or is most like. */
function personOf({ photo, face, ofGroup }: GivenFace) {
  const person = face.person_id ?? face.candidate?.person_id;
  if (person !== undefined || ofGroup) return person;
  throw new Failure(`${printable(photo.image_id)}#${face.face_index} was taken for nobody: it is ${face.status}.`);
}

/** `wrong`, `stranger` and `not-a-face`: what can be said of a face without a name. */
export const verdictCommands = VERDICTS.map((verdict) => (terminal: Terminal) => command(terminal, verdict));

const command = (terminal: Terminal, { name, summary, description, decision, done }: Verdict) =>
  new Command(name)
    .summary(summary)
    .description(description)
    .argument('<face...>', 'such as party.jpg#0, or groups of unknown faces, such as g_1a2b3c4d')
    .addOption(dataOption())
    .addOption(awsOption())
    .addHelpText('after', `\nExample:\n  rollcall ${name} party.jpg#0`)
    .action((faces: string[], options: TargetOptions) =>
      withExistingAccount(options, terminal, async (target) => {
        const decisions = (await findFaces(target, faces)).flatMap((face) => decision(face) ?? []);
        if (decisions.length === 0) throw new Failure('None of these faces is like anybody.');
        noteBatch(
          terminal,
          done + facesOf(decisions),
          await decide(target, terminal.signal, { people: [], decisions }),
        );
      }),
    );
