import type { Page } from 'playwright-core';
import type { TestDashboard, Theme } from './a-dashboard.ts';

/** The widths of a desk and of a phone, in pixels. */
export const WIDTHS = [1280, 390] as const;
export const THEMES = ['light', 'dark'] as const;

/** Every page that has an address of its own, and the heading by which it is there. */
export const PAGES = {
  photos: { path: '/', shows: 'Photos' },
  photo: { path: '/photos/sample1.jpg?face=0', shows: 'sample1.jpg' },
  name: { path: '/name', shows: 'Name' },
  people: { path: '/people', shows: 'People' },
  trends: { path: '/trends', shows: 'Trends' },
  executions: { path: '/executions', shows: 'Executions' },
  failed: { path: '/failed', shows: 'Failed' },
  settings: { path: '/settings', shows: 'Settings' },
} as const;

export interface Look {
  readonly path: string;
  readonly shows: string;
  readonly theme: Theme;
  readonly width: number;
}

/** Opens a page, until all that it asks for is there. */
export async function show(dashboard: TestDashboard, { path, shows, theme, width }: Look): Promise<Page> {
  const page = await dashboard.open(path, { theme, width });
  await page.getByRole('heading', { name: shows, exact: true }).first().waitFor();
  await page.waitForLoadState('networkidle');
  return page;
}
