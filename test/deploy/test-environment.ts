import { S3Client } from '@aws-sdk/client-s3';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { CheckResult } from '../../cli/doctor/check.ts';
import { listen, type Listening } from '../../local/http.ts';
import { s3Reader, startRekognition } from '../../local/rekognition/server.ts';
import { openStore } from '../../local/store.ts';
import { rollcall, type Ended } from '../cli/rollcall.ts';
import type { Prerequisites } from './prerequisites.ts';
import { Quotas } from './quotas.ts';

const root = join(import.meta.dirname, '../..');
const ENVIRONMENT = 'deploytest';
const STACK = `rollcall-${ENVIRONMENT}`;
const PORT = 5589;
/** Calls a second: fewer than this machine can make, so that a burst has to be paced. */
const QUOTAS = { DetectFaces: 2, SearchFacesByImage: 1 };

export interface Invocation {
  readonly function: string;
  readonly error: { readonly errorType: string } | null;
  readonly injected: boolean;
}

interface DescribedDashboard {
  readonly client: { readonly id: string };
  readonly authorizers: readonly { readonly AuthorizerId: string }[];
  readonly distribution_arn: string;
}

interface PlannedChange {
  readonly address: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  };
}

/** The attributes that would change, so that a failing test says what differs. */
function attributesOf({ before, after }: PlannedChange['change']): string {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name])).join(', ');
}

/** A disposable environment in an emulated AWS account, with the project's own Rekognition behind it. */
export class TestEnvironment {
  readonly url = `http://127.0.0.1:${PORT}`;
  readonly quotas = new Quotas(QUOTAS);
  readonly #found: Prerequisites;
  readonly #outdir: string;
  #stateBucket: string | undefined;
  #closers: (() => Promise<unknown>)[] = [];

  private constructor(found: Prerequisites, outdir: string) {
    this.#found = found;
    this.#outdir = outdir;
  }

  /** Starts the emulator. Nothing is deployed yet. */
  static async open(found: Prerequisites): Promise<TestEnvironment> {
    // Inside the project, where a synthesized bundle finds the image library.
    const deployment = new TestEnvironment(found, await mkdtemp(join(root, 'cdktf.out.')));
    deployment.#closers.push(() => rm(deployment.#outdir, { recursive: true, force: true }));
    const rekognition = await deployment.#startRekognition();
    await deployment.#startCloud(rekognition.url);
    return deployment;
  }

  async #startRekognition(): Promise<Listening> {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-deploy-'));
    const store = await openStore(folder);
    Object.assign(process.env, this.environment);
    const { handler, close } = await startRekognition({ store, readObject: s3Reader() });
    const server = await listen(this.quotas.limit(handler));
    this.#closers.push(async () => {
      await server.close();
      await close();
      await store.close();
      await rm(folder, { recursive: true });
    });
    return server;
  }

  async #startCloud(rekognition: string): Promise<void> {
    const { python, cloud } = this.#found;
    const emulator = join(import.meta.dirname, 'emulator.py');
    const args = [emulator, cloud, '--port', String(PORT), '--node', process.execPath, '--rekognition', rekognition];
    const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#closers.push(async () => child.kill());
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('listening')) return void child.stdout.resume();
    }
    throw new Error('The cloud emulator ended before it listened.');
  }

  /** What Terraform, the provider and the SDK read. */
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      CHECKPOINT_DISABLE: '1',
      TF_CLI_ARGS_init: `-plugin-dir=${this.#found.plugins}`,
      TF_CLI_ARGS_providers_lock: `-fs-mirror=${this.#found.plugins}`,
      TF_CLI_CONFIG_FILE: '/dev/null',
      ROLLCALL_ENVIRONMENT: ENVIRONMENT,
      ROLLCALL_DISPOSABLE: 'true',
      ROLLCALL_ARCHITECTURE: process.arch === 'arm64' ? 'arm64' : 'x86_64',
      ROLLCALL_ENDPOINT_URL: this.url,
      ROLLCALL_S3_USE_PATH_STYLE: 'true',
      ROLLCALL_DETECT_FACES_PER_SECOND: String(QUOTAS.DetectFaces),
      ROLLCALL_SEARCH_FACES_PER_SECOND: String(QUOTAS.SearchFacesByImage),
      ...(this.#stateBucket === undefined ? {} : { ROLLCALL_STATE_BUCKET: this.#stateBucket }),
    };
  }

  /** Makes the bucket for Terraform's state, and sets what `rollcall bootstrap` prints for the settings. */
  async bootstrap(): Promise<Ended> {
    const ended = await rollcall(['bootstrap'], { cwd: this.#outdir, env: this.environment });
    this.#stateBucket = /stateBucket: '(.+)'/.exec(ended.stdout)?.[1] ?? this.#stateBucket;
    return ended;
  }

  /** Deploys the stack and gives its outputs. */
  async deploy(): Promise<Record<string, string>> {
    const file = join(this.#outdir, 'outputs.json');
    await this.#cdktf('deploy', '--auto-approve', '--outputs-file', file);
    const { [STACK]: stack } = JSON.parse(await readFile(file, 'utf8')) as Record<
      string,
      { outputs: Record<string, string> }
    >;
    if (!stack) throw new Error(`There are no outputs of ${STACK} in ${file}.`);
    return stack.outputs;
  }

  /** Runs `rollcall … --aws` in a folder with the outputs of this deployment, as after `cdktf deploy` there. */
  async rollcall(...args: string[]): Promise<Ended> {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-aws-'));
    await symlink(this.#outdir, join(folder, 'cdktf.out'));
    try {
      return await rollcall([...args, '--aws'], { cwd: folder });
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  /** As if it had been deployed without --outputs-file: the command line then reads Terraform's state. */
  forgetOutputs(): Promise<void> {
    return rm(join(this.#outdir, 'outputs.json'));
  }

  /** The checks of `rollcall doctor --aws` that failed, with their messages. */
  async failedChecks(): Promise<Record<string, string>> {
    const { stdout } = await this.rollcall('doctor', '--json');
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as CheckResult);
    if (found.at(-1)?.check !== 'pipeline') throw new Error(`rollcall doctor did not finish: ${stdout}`);
    return Object.fromEntries(found.filter(({ ok }) => !ok).map(({ check, says }) => [check, says]));
  }

  /** What `terraform validate` prints. */
  async validate(): Promise<string> {
    return (await this.#terraform('validate', '-no-color')).stdout.trim();
  }

  /** Changes that `terraform plan` finds now: action, address and attributes. */
  async plannedChanges(): Promise<string[]> {
    await this.#terraform('plan', '-no-color', '-input=false', '-out=again.plan');
    const { stdout } = await this.#terraform('show', '-json', 'again.plan');
    const { resource_changes: all = [] } = JSON.parse(stdout) as { resource_changes?: PlannedChange[] };
    const changed = all.filter(({ change }) =>
      change.actions.some((action) => action !== 'no-op' && action !== 'read'),
    );
    return changed.map(({ address, change }) => `${change.actions.join('+')} ${address}: ${attributesOf(change)}`);
  }

  get clientSettings() {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return { endpoint: this.url, region: 'us-east-1', credentials };
  }

  s3(): S3Client {
    return new S3Client({ ...this.clientSettings, forcePathStyle: true });
  }

  destroy(): Promise<void> {
    return this.#cdktf('destroy', '--auto-approve');
  }

  async invocations(): Promise<Invocation[]> {
    return (await (await fetch(`${this.url}/_cloud/invocations`)).json()) as Invocation[];
  }

  /** Makes the next `times` invocations of functions whose name contains `name` fail before their code runs. */
  async inject(name: string, errorType: string, times: number): Promise<void> {
    await fetch(`${this.url}/_cloud/faults`, {
      method: 'POST',
      body: JSON.stringify({ function: name, errorType, times }),
    });
  }

  /** The names of all resources in the account, of the kinds that the stack creates. */
  async listResources(): Promise<Record<string, string[]>> {
    const { stdout } = await this.#run(this.#found.python, [join(import.meta.dirname, 'list-resources.py')], root);
    return JSON.parse(stdout) as Record<string, string[]>;
  }

  /** What the account says of the dashboard. The arguments are those of the script. */
  async describeDashboard(...args: readonly string[]): Promise<DescribedDashboard> {
    const script = join(import.meta.dirname, 'describe-dashboard.py');
    const { stdout } = await this.#run(this.#found.python, [script, ...args], root);
    return JSON.parse(stdout) as DescribedDashboard;
  }

  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).toReversed()) await closer();
  }

  async #cdktf(...args: string[]): Promise<void> {
    await this.#run('cdktf', [...args, '--output', this.#outdir], root);
  }

  #terraform(...args: string[]): Promise<{ stdout: string }> {
    return this.#run('terraform', args, join(this.#outdir, 'stacks', STACK));
  }

  async #run(command: string, args: string[], cwd: string): Promise<{ stdout: string }> {
    const env = { ...process.env, ...this.environment };
    try {
      return await promisify(execFile)(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${command} ${args[0]} failed:\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`, {
        cause: error,
      });
    }
  }
}
