import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { accountTarget, type Target } from '../../../client/deployment/target.ts';
import { buildCase } from '../../../recording/build-case.ts';
import { portrait, readManifest, samplePath } from '../../../samples/samples.ts';
import { builtPage } from '../../../web/local/build-page.ts';
import { startDashboard } from '../../../web/local/server.ts';
import { CachingEngine } from '../../support/caching-engine.ts';
import { startTestAccount, type TestAccount } from '../../support/test-account.ts';
import { startBrowser } from './browser.ts';

/** How long something may take, in milliseconds. */
const WAIT = 60_000;

export type Theme = 'light' | 'dark';

export interface TestDashboard {
  readonly account: TestAccount;
  readonly target: Target;
  readonly browser: Browser;
  readonly url: string;
  /** What a page must not do: errors, refused resources, requests to elsewhere, faults of the server. */
  readonly faults: unknown[];
  /** Serves the page anew, so that nothing is known of what was read before. */
  renew(): Promise<void>;
  /** Opens the page as whoever follows the printed address. */
  open(path: string, options?: { theme?: Theme; width?: number }): Promise<Page>;
  close(): Promise<void>;
}

/** The built page, its server and a browser, over an embedded account with the real face engine. */
export async function aDashboard(): Promise<TestDashboard> {
  const root = await mkdtemp(join(tmpdir(), 'rollcall-page-'));
  const pictures = join(root, 'pictures');
  // The test files of one run share what the engine found.
  const faces = process.env['TEST_FACES'] ?? join(root, 'faces');
  const folder = await builtPage(() => undefined);
  const engine = new CachingEngine(faces);
  const account = await startTestAccount({ engine });
  const target = accountTarget(account.account);
  const faults: unknown[] = [];
  const report = (fault: unknown) => void faults.push(fault);
  const serve = () =>
    startDashboard({
      target,
      dataDir: pictures,
      page: folder,
      ports: [0],
      caseOf: (executionArn) => buildCase(target.sfn, executionArn, account.dataDir),
      report,
    });
  let server = await serve();
  const browser = await startBrowser();
  return {
    account,
    target,
    browser,
    get url() {
      return server.url;
    },
    faults,
    renew: async () => {
      await server.close();
      server = await serve();
    },
    open: async (path, { theme = 'light', width = 1280 } = {}) => {
      const page = await browser.newPage({ colorScheme: theme, viewport: { width, height: 800 } });
      // A busy machine takes its time.
      page.setDefaultTimeout(WAIT);
      watch(page, server.url, report);
      await page.goto(`${server.url}${path}#token=${server.token}`);
      return page;
    },
    close: async () => {
      await browser.close();
      await server.close();
      await account.close();
      await engine.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function watch(page: Page, url: string, report: (fault: unknown) => void): void {
  page.on('pageerror', report);
  page.on('console', (message) => {
    // The answer itself says more.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load')) report(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 400) report(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
  page.on('dialog', (dialog) => report(`a dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) report(`a request to ${request.url()}`);
  });
}

/** Enrols Robin and uploads two sample photos, in one of which Robin is. */
export async function addSamples({ account }: TestDashboard): Promise<void> {
  const manifest = await readManifest();
  const robin = manifest.people.find(({ name }) => name === 'Robin')!;
  await account.upload('enroll/Robin/portrait.jpg', await portrait(manifest, robin));
  await account.idle();
  for (const file of ['sample1.jpg', 'sample2.jpg']) {
    await account.upload(`input/${file}`, await sampleBytes(file));
  }
  await account.idle();
}

export const sampleBytes = async (file: string): Promise<Buffer> => readFile(samplePath(await readManifest(), file));

/** Whether a picture has come and can be shown. */
export const isShown = (picture: Locator): Promise<boolean> =>
  picture.evaluate(async (element) => {
    const image = element as unknown as { decode(): Promise<void>; naturalWidth: number };
    await image.decode();
    return image.naturalWidth > 0;
  });

/** How many there are: as many as wanted, or what is there after a while. */
export async function countOf(what: Locator, wanted: number): Promise<number> {
  for (let round = 0; round < WAIT / 100; round += 1) {
    if ((await what.count()) === wanted) break;
    await setTimeout(100);
  }
  return what.count();
}
