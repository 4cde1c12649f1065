import { App } from 'cdktf';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '../schemas/config.ts';
import { TASK_NAMES, type TaskName } from '../schemas/tasks.ts';
import { bundleApi, bundleTasks, type Bundle, type FunctionName } from './bundles/bundle.ts';
import { placePage } from './bundles/page.ts';
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
  /** The folder of the built page, which only a deployment needs. */
  readonly page?: string | undefined;
}

/** Writes cdk.tf.json and the functions' code, and returns the folder that holds them. */
export async function synthesize(config: Config, { root, outdir, zip, page }: SynthesisOptions): Promise<string> {
  const id = namesOf(config)('rollcall');
  const folder = join(outdir, 'stacks', id);
  const sharp = `${await sharpVersion(root)} ${config.architecture}`;
  const place = async (name: FunctionName, bundle: Bundle): Promise<CodePath> => {
    const path = codePath(name, bundle, bundle.needsSharp ? sharp : '');
    await placeBundle(folder, path, bundle);
    if (zip) await placeZip(root, join(folder, path), bundle, config.architecture);
    return path;
  };
  const tasks = await bundleTasks(root);
  const code = {} as Record<TaskName, CodePath>;
  for (const task of TASK_NAMES) code[task] = await place(task, tasks[task]);
  const dashboard = config.dashboard
    ? {
        api: await place('dashboard-api', (await bundleApi(root))['dashboard-api']),
        page: page === undefined ? [] : await placePage(folder, page),
      }
    : undefined;
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await writeStack(outdir, id, (app) => new RollcallStack(app, id, { config, version, code, dashboard }));
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
