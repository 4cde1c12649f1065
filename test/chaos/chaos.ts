import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../support/random.ts';
import { makeSamplePictures } from '../support/sample-pictures.ts';
import { prepareStack } from '../support/stack.ts';
import { KillableAccount } from './killable-account.ts';
import { UploadLoad } from './upload-load.ts';
import { verify, type Findings } from './verify.ts';

export interface Chaos {
  readonly kills: number;
  readonly seed: number;
  /** Between two uploads of the same uploader. */
  readonly pauseMs: number;
  readonly onKill?: (kill: number, uploads: number) => void;
}

export interface Report extends Findings {
  readonly uploads: number;
  /** What the accounts reported or printed to stderr. */
  readonly problems: readonly string[];
}

/** The part of the accounts that is killed within START_MS, about when it opens. The others are killed later. */
const EARLY = 1 / 8;
const START_MS = 1500;
/** Time from open to kill, at most. */
const LIFE_MS = 2000;

/** Kills an account again and again while photos are uploaded, then lets one finish and verifies what it has. */
export async function chaos({ kills, seed, pauseMs, onKill }: Chaos): Promise<Report> {
  const prepared = await prepareStack();
  const random = randomFrom(seed);
  const load = new UploadLoad({ pictures: await makeSamplePictures(), random: randomFrom(seed + 1), pauseMs });
  const options = { dataDir: join(prepared.root, 'data'), stackFolder: prepared.stack, faces: prepared.faces };
  const problems: string[] = [];
  const uploading = load.run(3);
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const account = new KillableAccount(options);
      const early = random() < EARLY;
      if (!early) load.setAccount(await account.open);
      await sleep(random() * (early ? START_MS : LIFE_MS));
      await account.kill();
      load.setAccount(undefined);
      problems.push(...account.problems);
      onKill?.(kill, load.acknowledged.length);
    }
    load.stop();
    await uploading;
    const last = new KillableAccount(options);
    const running = await last.open;
    await last.idle();
    const findings = await verify(running, load);
    await last.kill();
    return { ...findings, uploads: load.acknowledged.length, problems: [...problems, ...last.problems] };
  } finally {
    load.stop();
    await uploading;
    await prepared.remove();
  }
}
