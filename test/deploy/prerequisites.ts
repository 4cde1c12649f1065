import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

export interface Prerequisites {
  /** The script of the emulator of an AWS account. */
  readonly cloud: string;
  /** A python3 with moto[server]. */
  readonly python: string;
  /** A mirror with the AWS provider: the folder that contains the registry's folder. */
  readonly plugins: string;
}

/** What a deployment without AWS and without the internet needs, or the first of these that is missing here. */
export function findPrerequisites(): Prerequisites | { readonly missing: string } {
  const cloud = process.env['ROLLCALL_CLOUD'] ?? join(import.meta.dirname, '../../../shared/cloud/cloud.py');
  if (!existsSync(cloud)) return { missing: 'the cloud emulator (ROLLCALL_CLOUD names its cloud.py)' };
  const python = pythonWithMoto();
  if (!python) return { missing: 'a python3 with moto[server]' };
  if (!runs('terraform', ['version'])) return { missing: 'terraform' };
  const plugins = providerMirror();
  if (!plugins) return { missing: 'a mirror of the AWS provider (TF_PLUGIN_MIRROR names its folder)' };
  return { cloud, python, plugins };
}

function pythonWithMoto(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  const candidates = folders.map((folder) => join(folder, 'python3')).filter((path) => existsSync(path));
  return candidates.find((path) => runs(path, ['-c', 'import moto.server']));
}

function providerMirror(): string | undefined {
  const named = process.env['TF_PLUGIN_MIRROR'];
  if (named) return named;
  const [found] = globSync('{opt,usr/local/share,usr/share}/**/terraform-provider-aws_v5.100.0*', { cwd: '/' });
  // <mirror>/<registry>/hashicorp/aws/<version>/<platform>/<binary>
  return found && join('/', found, '../../../../../..');
}

function runs(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
