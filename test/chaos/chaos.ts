import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeSamplePictures } from '../support/sample-pictures.ts';
import { randomFrom } from '../support/random.ts';
import { prepareStack } from '../support/stack.ts';
import { UploadLoad } from './load.ts';
import { KillableAccount } from './killable-account.ts';
import { verify, type Findings } from './verify.ts';

export interface Chaos {
  readonly kills: number;
  readonly seed: number;
  /** Between two uploads of one uploader. */
  readonly pauseMs: number;
  readonly onKill?: (kill: number, uploads: number) => void;
}

export interface Report extends Findings {
  readonly uploads: number;
  /** What the account reported of itself, and whatever it printed. */
  readonly problems: readonly string[];
}

/** One in eight dies before it is open, or about then; the others some time after. */
const EARLY = 1 / 8;
const START_MS = 1500;
const LIFE_MS = 2000;

/** Kills an account again and again while photos are uploaded to it, and at last lets one finish. */
export async function chaos({ kills, seed, pauseMs, onKill }: Chaos): Promise<Report> {
  const folders = await prepareStack();
  const random = randomFrom(seed);
  const load = new UploadLoad({ pictures: await makeSamplePictures(), random: randomFrom(seed + 1), pauseMs });
  const order = { dataDir: join(folders.root, 'data'), stackFolder: folders.stack, faces: folders.faces };
  const problems: string[] = [];
  const uploading = load.run(3);
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const mortal = new KillableAccount(order);
      const early = random() < EARLY;
      if (!early) load.setAccount(await mortal.open);
      await sleep(random() * (early ? START_MS : LIFE_MS));
      await mortal.kill();
      load.setAccount(undefined);
      problems.push(...mortal.problems);
      onKill?.(kill, load.acknowledged.length);
    }
    load.stop();
    await uploading;
    const last = new KillableAccount(order);
    const address = await last.open;
    await last.idle();
    const findings = await verify(address, load);
    await last.kill();
    return { ...findings, uploads: load.acknowledged.length, problems: [...problems, ...last.problems] };
  } finally {
    load.stop();
    await uploading;
    await folders.remove();
  }
}
