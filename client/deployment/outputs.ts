import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Deployment } from '../../schemas/deployment.ts';
import { Failure } from '../failure.ts';

/** The folder where `npm run deploy` writes the outputs and cdktf writes the stack. */
const OUT = 'cdktf.out';
const OUTPUTS_FILE = join(OUT, 'outputs.json');

/** cdktf nests outputs under the stack and the construct. */
const OutputsFile = z.record(z.string(), z.object({ outputs: z.unknown() }));

/** Reads the outputs of the deployed stack from the file that the deployment wrote, or else from Terraform's state. */
export async function readDeployment(root = '.'): Promise<Deployment> {
  const result = Deployment.safeParse((await fromFile(root)) ?? (await fromTerraform(root)));
  if (!result.success) {
    const missing = result.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new Failure(`The deployed stack has no output ${missing}. ${DEPLOY}`);
  }
  return result.data;
}

async function fromFile(root: string): Promise<unknown> {
  try {
    const stacks = OutputsFile.parse(JSON.parse(await readFile(join(root, OUTPUTS_FILE), 'utf8')));
    return stacks[chooseStack(Object.keys(stacks), OUTPUTS_FILE)]?.outputs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function fromTerraform(root: string): Promise<unknown> {
  const stacks = join(root, OUT, 'stacks');
  const cwd = join(stacks, chooseStack(await readdir(stacks).catch(() => []), OUT));
  const terraform = promisify(execFile)('terraform', ['output', '-json'], { cwd });
  const { stdout } = await terraform.catch((error: unknown) => {
    throw new Failure(`terraform does not tell the outputs in ${cwd}. ${DEPLOY}`, { cause: error });
  });
  const outputs = z.record(z.string(), z.object({ value: z.unknown() })).parse(JSON.parse(stdout));
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

const DEPLOY = `Deploy with: npx cdktf deploy --outputs-file ${OUTPUTS_FILE}`;

/** The stack that ROLLCALL_STACK names, or else the only one. */
function chooseStack(stacks: readonly string[], where: string): string {
  const wanted = process.env['ROLLCALL_STACK'];
  const [stack, ...others] = stacks.filter((name) => wanted === undefined || name === wanted);
  if (stack === undefined)
    throw new Failure(`${where} knows no deployed stack${wanted === undefined ? '' : ` ${wanted}`}. ${DEPLOY}`);
  if (others.length > 0) throw new Failure(`${where} knows ${stacks.join(', ')}: choose with ROLLCALL_STACK=${stack}.`);
  return stack;
}
