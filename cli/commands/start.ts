import { Command } from 'commander';
import { countPhotos, readPeople } from '../../client/deployment/queries.ts';
import { accountTarget } from '../../client/deployment/target.ts';
import { messageOf } from '../../client/failure.ts';
import { counted } from '../../client/text.ts';
import type { Account } from '../../local/account.ts';
import type { Dashboard } from '../../web/local/server.ts';
import { openAccount } from '../embedded-account.ts';
import { EXIT } from '../exit.ts';
import { printPhotos } from '../report/output.ts';
import { reportOf } from '../report/photo-result.ts';
import { type Terminal } from '../terminal.ts';
import { uploadSamples, wantsSamples } from '../upload/samples.ts';
import { watchFolder } from '../upload/watch.ts';
import { dataOption } from './options.ts';

interface Options {
  readonly data: string;
  readonly watch: string;
  readonly once?: boolean;
  readonly samples: boolean;
  readonly record?: boolean;
  readonly dashboard: boolean;
}

/** The default port, so that other tools can rely on it. */
const PORT = 4577;
/** Those of the dashboard, so that its address is the same at each start, and the next one if it is taken. */
const DASHBOARD_PORTS = [4578, 4579, 4580, 0];

export const startCommand = (terminal: Terminal) =>
  new Command('start')
    .summary('run the embedded account, on the first start with sample photos')
    .description(
      'Runs the whole pipeline on this machine until Ctrl-C. On a first start it enrols a few people and\n' +
        'recognizes them in sample photos; afterwards it waits for yours.',
    )
    .option('--watch <dir>', 'photos saved into DIR are recognized; those in DIR/enroll/ are enrolled', 'photos')
    .option('--once', 'exit when all is done')
    .option('--no-samples', 'leave out the sample photos')
    .option('--no-dashboard', 'leave out the page and its API')
    .option('--record', 'keep each AWS call and its answer, for rollcall record')
    .addOption(dataOption())
    .addHelpText('after', '\nExample:\n  rollcall start --watch ~/Pictures')
    .action((options: Options) => start(terminal, options));

async function start(terminal: Terminal, options: Options): Promise<void> {
  const began = performance.now();
  terminal.repaint?.('Starting …');
  const account = await open(options, terminal);
  try {
    await account.ready;
    terminal.note(`Ready after ${((performance.now() - began) / 1000).toFixed(1)} s.`);
    await run(account, terminal, options);
  } finally {
    await account.close();
  }
  if (terminal.signal.aborted) terminal.note('Stopped. Everything is kept for the next start.');
}

async function run(account: Account, terminal: Terminal, options: Options): Promise<void> {
  const target = accountTarget(account);
  const by = { target, terminal };
  const here = { photos: await countPhotos(target), people: (await readPeople(target)).size };
  if (here.photos + here.people > 0) {
    terminal.note(
      `Here already: ${counted(here.people, 'person', 'people')}, ${counted(here.photos, 'photo')} (rollcall results lists them).`,
    );
  }
  if (options.samples && (await wantsSamples(target))) {
    const { failed, photos } = await uploadSamples(by);
    const fresh = photos.filter(({ unchanged }) => !unchanged);
    const unrecognized =
      fresh.length > 0 && (await printPhotos(target, terminal, fresh, (outcome) => reportOf(target, outcome), {}));
    if (failed || unrecognized) process.exitCode = EXIT.failed;
  }
  if (options.once) return target.idle?.();
  const dashboard = options.dashboard ? await openDashboard(account, terminal, options) : undefined;
  try {
    terminal.print(welcome(account.url, options));
    if (dashboard) terminal.print(`Dashboard: ${dashboard.url}/#token=${dashboard.token}`);
    await watchFolder(by, options.watch);
  } finally {
    await dashboard?.close();
  }
}

/** Its libraries are loaded on demand, as the account's are. */
async function openDashboard(account: Account, terminal: Terminal, { data }: Options): Promise<Dashboard> {
  const [{ startDashboardThread }, { builtPage }] = await Promise.all([
    import('../dashboard/thread.ts'),
    import('../../web/local/build-page.ts'),
  ]);
  const report = (problem: unknown) => terminal.note(`The dashboard had a fault: ${messageOf(problem)}`);
  const page = await builtPage(terminal.note);
  return startDashboardThread({ account, dataDir: data, page, ports: DASHBOARD_PORTS, report });
}

async function open({ data, record = false }: Options, terminal: Terminal): Promise<Account> {
  try {
    return await openAccount(data, terminal, { port: PORT, record });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return openAccount(data, terminal, { record });
  }
}

const welcome = (url: string, { watch: folder, data }: Options) => {
  const rollcall = `npm run rollcall --`;
  const at = data === '.rollcall' ? '' : ` --data ${data}`;
  return [
    '',
    `Listening on ${url}: S3, DynamoDB, Step Functions, Rekognition, EventBridge and SQS.`,
    `Photos that you save in ${folder}/ are recognized; portraits go to ${folder}/enroll/NAME/.`,
    `Or, in another terminal:`,
    `  ${rollcall} enroll "John Doe" john.jpg${at}`,
    `  ${rollcall} upload party.jpg${at}`,
    `  ${rollcall} results --person "John Doe"${at}`,
    'Ctrl-C stops it; nothing is lost.',
  ].join('\n');
};
