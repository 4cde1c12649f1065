import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../../schemas/config.ts';
import { placeOnce } from './place.ts';

type Architecture = Config['architecture'];
type Files = Readonly<Record<string, Uint8Array>>;

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Node's name for what Lambda calls the architecture. */
const CPU: Readonly<Record<Architecture, string>> = { arm64: 'arm64', x86_64: 'x64' };

export async function sharpVersion(root: string): Promise<string> {
  return (await manifest(join(root, 'node_modules', 'sharp'))).version;
}

/**
 * The files of sharp under `node_modules/`, as Lambda loads them: this project's JavaScript and the native part for
 * Linux.
 */
export async function sharpFiles(root: string, architecture: Architecture): Promise<Files> {
  const modules = join(root, 'node_modules');
  const [javascript, native] = await Promise.all([withDependencies(modules, 'sharp'), nativePart(root, architecture)]);
  const packages = await Promise.all([
    ...javascript.map((name) => packageFiles(modules, name)),
    ...native.names.map((name) => packageFiles(native.modules, name)),
  ]);
  return Object.assign({}, ...packages) as Files;
}

async function withDependencies(modules: string, name: string): Promise<string[]> {
  const { dependencies = {} } = await manifest(join(modules, name));
  const further = await Promise.all(Object.keys(dependencies).map((one) => withDependencies(modules, one)));
  return [...new Set([name, ...further.flat()])];
}

/** Taken from the project's node_modules if it is for this architecture, else installed once into a cache. */
async function nativePart(root: string, architecture: Architecture): Promise<{ modules: string; names: string[] }> {
  const { version, optionalDependencies = {} } = await manifest(join(root, 'node_modules', 'sharp'));
  const platform = `linux-${CPU[architecture]}`;
  const names = [`@img/sharp-${platform}`, `@img/sharp-libvips-${platform}`];
  const wanted = names.map((name) => ({ name, version: optionalDependencies[name] ?? version }));
  const own = join(root, 'node_modules');
  const found = await Promise.all(wanted.map(async (one) => (await versionIn(own, one.name)) === one.version));
  if (found.every(Boolean)) return { modules: own, names };

  const cache = join(own, '.cache', 'rollcall', `sharp-${version}-${platform}`);
  await placeOnce(cache, (temporary) => install(temporary, platform, version));
  return { modules: join(cache, 'node_modules'), names };
}

/** Installs sharp itself, because npm installs a package for another platform only as an optional dependency. */
async function install(folder: string, platform: string, version: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const cpu = platform.slice('linux-'.length);
  const flags = ['--os=linux', `--cpu=${cpu}`, '--libc=glibc', '--no-save', '--no-package-lock', '--ignore-scripts'];
  try {
    await promisify(execFile)('npm', ['install', '--prefix', folder, ...flags, `sharp@${version}`], {
      cwd: folder,
      shell: process.platform === 'win32',
    });
  } catch (error) {
    throw new Error(
      `The native part of sharp ${version} for ${platform} is not installed and could not be fetched. ` +
        'Synthesize once while online, or set ROLLCALL_ARCHITECTURE to the one that this machine has.',
      { cause: error },
    );
  }
}

/** Only what runs, and the licence: no sources, no types. */
const RUNS = /\.(?:c|m)?js$|\.json$|\.node$|\.so(?:\.[\d.]+)?$|(?:^|\/)LICENSE/;

async function packageFiles(modules: string, name: string): Promise<Files> {
  const folder = join(modules, name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && RUNS.test(entry.name));
  const read = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [
      ['node_modules', name, relative(folder, path).replaceAll(sep, '/')].join('/'),
      await readFile(path),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

async function versionIn(modules: string, name: string): Promise<string | undefined> {
  try {
    return (await manifest(join(modules, name))).version;
  } catch {
    return undefined;
  }
}

const manifest = async (folder: string) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
