import { App } from 'cdktf';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../schemas/config.ts';
import { TASK_NAMES, type TaskName } from '../schemas/tasks.ts';
import { bundleTasks } from './bundles/bundle.ts';
import { codePath, placeBundle, type CodePath } from './bundles/place.ts';
import { sharpVersion } from './bundles/sharp.ts';
import { placeZip } from './bundles/zip.ts';
import { namesOf } from './names.ts';
import { RollcallStack } from './rollcall.ts';

export interface SynthesisOptions {
  /** The project's folder. */
  readonly root: string;
  readonly outdir: string;
  /** Whether to create the zips as well. Only a deployment needs them. */
  readonly zip: boolean;
}

/** Writes cdk.tf.json and the functions' code, and returns the folder that holds them. */
export async function synthesize(config: Config, { root, outdir, zip }: SynthesisOptions): Promise<string> {
  const id = namesOf(config)('rollcall');
  const folder = join(outdir, 'stacks', id);
  const bundles = await bundleTasks(root);
  const sharp = `${await sharpVersion(root)} ${config.architecture}`;
  const code = Object.fromEntries(
    TASK_NAMES.map((task) => [task, codePath(task, bundles[task], bundles[task].needsSharp ? sharp : '')]),
  ) as Record<TaskName, CodePath>;
  for (const task of TASK_NAMES) {
    await placeBundle(folder, code[task], bundles[task]);
    if (zip) await placeZip(root, join(folder, code[task]), bundles[task], config.architecture);
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await writeStack(outdir, id, (app) => new RollcallStack(app, id, { config, version, code }));
  return folder;
}

/** cdktf writes in place. Writing elsewhere first keeps others from reading half a file. */
async function writeStack(outdir: string, id: string, build: (app: App) => void): Promise<void> {
  await mkdir(outdir, { recursive: true });
  const temporary = join(outdir, `${randomUUID()}.tmp`);
  try {
    const app = new App({ outdir: temporary });
    build(app);
    app.synth();
    for (const file of [join('stacks', id, 'cdk.tf.json'), 'manifest.json']) {
      await mkdir(dirname(join(outdir, file)), { recursive: true });
      await rename(join(temporary, file), join(outdir, file));
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
