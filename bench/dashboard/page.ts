import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import type { Server } from './server.ts';

const VIEWPORT = { width: 1440, height: 900 };
const addressOf = ({ url, token }: Server) => `${url}/#token=${token}`;

export interface FirstPage {
  /** What the page itself consists of, gzipped: document, scripts, styles and icons. */
  readonly bytes: number;
  /** Until the browser painted the first text or picture, in milliseconds. */
  readonly contentMs: number;
}

/** Opens the page as somebody who was never there: nothing is in the browser's cache. */
export async function openFirst(browser: Browser, server: Server): Promise<FirstPage> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (!new URL(response.url()).pathname.startsWith('/api/')) bodies.push(response.body());
  });
  await page.goto(addressOf(server));
  await page.getByRole('gridcell').first().waitFor();
  const contentMs = await page.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
  await page.waitForLoadState('networkidle');
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  await context.close();
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), contentMs };
}

export interface Scrolled {
  /** Tasks of the main thread over 50 ms, in milliseconds, the longest first. */
  readonly tasks: readonly number[];
  readonly pixels: number;
  readonly jumps: number;
  /** The days that were looked at last. */
  readonly days: readonly string[];
}

/** Runs in the page. */
const WATCH = `
  globalThis.longTasks = [];
  const keep = (list) => longTasks.push(...list.getEntries().map(({ duration }) => duration));
  new PerformanceObserver(keep).observe({ type: 'longtask' });
`;

/** In pixels a turn of the wheel, and milliseconds between two turns: quicker than a hand. */
const WHEEL = { pixels: 900, everyMs: 40 };

/** Turns the wheel for a while, then jumps to days all over with the scrubber and turns the wheel there. */
export async function scroll(
  browser: Browser,
  server: Server,
  { seconds, jumps }: { seconds: number; jumps: number },
): Promise<Scrolled> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.addInitScript(WATCH);
  await page.goto(addressOf(server));
  await page.getByRole('gridcell').nth(3).waitFor();
  await page.getByRole('slider', { name: 'Day' }).waitFor();
  await page.waitForLoadState('networkidle');
  // What loading the page takes is another figure.
  await page.evaluate('longTasks.splice(0)');
  await page.mouse.move(VIEWPORT.width / 2, VIEWPORT.height / 2);
  let pixels = await turnWheel(page, seconds);
  const days: string[] = [];
  const scrubber = (await page.getByRole('slider', { name: 'Day' }).boundingBox())!;
  for (let jump = 0; jump < jumps; jump += 1) {
    // Back and forth, from end to end.
    const place = jump % 2 === 0 ? jump / jumps : 1 - jump / jumps;
    await page.mouse.click(scrubber.x + scrubber.width / 2, scrubber.y + 4 + place * (scrubber.height - 8));
    await sleep(700);
    await page.mouse.move(VIEWPORT.width / 2, VIEWPORT.height / 2);
    pixels += await turnWheel(page, 2);
    days.push((await page.getByRole('slider', { name: 'Day' }).getAttribute('aria-valuetext')) ?? '');
  }
  const tasks = await page.evaluate<number[]>('longTasks');
  await page.close();
  return { tasks: tasks.toSorted((a, b) => b - a), pixels, jumps, days };
}

async function turnWheel(page: Page, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const before = await topOf(page);
  while (performance.now() < end) {
    await page.mouse.wheel(0, WHEEL.pixels);
    await sleep(WHEEL.everyMs);
  }
  return (await topOf(page)) - before;
}

const topOf = (page: Page) => page.evaluate<number>("document.querySelector('.photos-scroll').scrollTop");
