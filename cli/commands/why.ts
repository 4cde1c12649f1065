import { Command } from 'commander';
import { explain, type FaceFacts } from '../../client/decisions/explain.ts';
import { findFaces } from '../../client/decisions/faces.ts';
import { readPhotoFacts } from '../../client/decisions/facts.ts';
import { type Target, type TargetOptions } from '../../client/deployment/target.ts';
import { withExistingAccount } from '../embedded-account.ts';
import type { Terminal } from '../terminal.ts';
import { awsOption, dataOption, jsonOption } from './options.ts';

export const whyCommand = (terminal: Terminal) =>
  new Command('why')
    .summary('say why a face is named as it is')
    .description(
      'Says why a face is named as it is: similarity, threshold, margin to the next person, what was decided by hand, size and quality.',
    )
    .argument('<face>', 'such as party.jpg#0')
    .addOption(dataOption())
    .addOption(awsOption())
    .addOption(jsonOption('print the facts as one JSON line'))
    .addHelpText('after', '\nExample:\n  rollcall why party.jpg#0')
    .action((given: string, options: TargetOptions & { json?: boolean }) =>
      withExistingAccount(options, terminal, async (target) => {
        const facts = await readFacts(target, given);
        terminal.print(options.json ? JSON.stringify(resultOf(facts)) : explain(facts));
      }),
    );

export async function readFacts(target: Target, given: string): Promise<FaceFacts> {
  const [found] = await findFaces(target, [given]);
  const { photo, face } = found!;
  return (await readPhotoFacts(target, photo)).factsOf(face);
}

/** What `--json` prints. Scripts rely on the names. */
export const resultOf = (facts: FaceFacts) => {
  const { photo, face, quality, decisions, threshold } = facts;
  const { status, reason, source, person_id, similarity, candidate, runner_up, proposal } = face;
  return {
    image_id: photo.image_id,
    index: face.face_index,
    explanation: explain(facts),
    status,
    reason,
    source,
    person_id: person_id ?? null,
    similarity: similarity ?? null,
    threshold,
    candidate: candidate ?? null,
    runner_up: runner_up ?? null,
    proposal: proposal ?? null,
    confidence: face.confidence,
    bounding_box: face.bounding_box,
    quality: quality ?? null,
    decisions,
  };
};
