import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** The file named in CHROMIUM, Debian's Chromium, or the one that Playwright has installed. */
export const findBrowser = (): string | undefined =>
  [process.env['CHROMIUM'], '/usr/bin/chromium', chromium.executablePath()].find((file) => file && existsSync(file));

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findBrowser()!,
    // Chromium looks up hosts of its own otherwise; as root it runs only without its sandbox.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
