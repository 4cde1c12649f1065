import { build, type Metafile } from 'esbuild';
import { join } from 'node:path';
import { TASK_NAMES, type TaskName } from '../../schemas/tasks.ts';
import { mapOwnCode } from './source-map.ts';

export interface Bundle {
  /** File name to content. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Whether it imports sharp, whose native part cannot be bundled. */
  readonly needsSharp: boolean;
}

/** What is bundled: the tasks, and the API of the dashboard. */
export type FunctionName = TaskName | 'dashboard-api';

/** CommonJS dependencies load Node's modules with require, which an ES module lacks. */
const REQUIRE = `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`;

/**
 * The SDK imports these on demand, and never does: a function's credentials are in its environment, which is tried
 * first.
 */
const OTHER_CREDENTIALS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** Bundles every task of the project at `root`. */
export const bundleTasks = (root: string): Promise<Readonly<Record<TaskName, Bundle>>> =>
  bundle(root, Object.fromEntries(TASK_NAMES.map((name) => [name, `tasks/${name}.ts`])) as Record<TaskName, string>);

export const bundleApi = (root: string): Promise<Readonly<Record<'dashboard-api', Bundle>>> =>
  bundle(root, { 'dashboard-api': 'web/lambda/index.ts' });

/** Bundles the functions of these files. The bytes do not depend on where the project is. */
async function bundle<Name extends FunctionName>(
  root: string,
  files: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, Bundle>>> {
  const names = Object.keys(files) as Name[];
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: files[name], out: `${name}/index` })),
    // Nothing is written there, but paths in the source maps are relative to it: it must not depend on the output
    // folder.
    outdir: join(root, 'bundles'),
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    // The AWS SDK's ES modules can be tree-shaken.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    sourcemap: 'linked',
    sourcesContent: false,
    preserveSymlinks: true,
    external: ['sharp', ...OTHER_CREDENTIALS],
    banner: { js: REQUIRE },
    metafile: true,
    logLevel: 'error',
  });
  const texts = new Map(outputFiles.map((file) => [file.path, file.text]));
  const bundleOf = (name: Name): Bundle => {
    const code = texts.get(join(root, 'bundles', name, 'index.mjs'));
    const map = texts.get(join(root, 'bundles', name, 'index.mjs.map'));
    if (code === undefined || map === undefined) throw new Error(`esbuild made no code for ${name}.`);
    return {
      files: { 'index.mjs': Buffer.from(code), 'index.mjs.map': Buffer.from(mapOwnCode(map)) },
      needsSharp: importsSharp(metafile, name),
    };
  };
  return Object.fromEntries(names.map((name) => [name, bundleOf(name)])) as Record<Name, Bundle>;
}

function importsSharp(metafile: Metafile, name: FunctionName): boolean {
  const output = metafile.outputs[`bundles/${name}/index.mjs`];
  return output?.imports.some((one) => one.external === true && one.path === 'sharp') ?? false;
}
