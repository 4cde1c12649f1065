import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { join, resolve } from 'node:path';
import { thisUser } from '../../client/decisions/decide.ts';
import type { Target } from '../../client/deployment/target.ts';
import { isSameKey, newKey } from '../../local/access-key.ts';
import { addForgotten } from '../../local/forgetting/forgotten-file.ts';
import { whyForeign } from '../../local/guard.ts';
import { listenOn, send } from '../../local/http.ts';
import { createApi } from '../api/app.ts';
import type { ApiServices } from '../api/context.ts';
import { CopiesInFolder } from '../api/pictures/copies-in-folder.ts';
import { Pictures } from '../api/pictures/pictures.ts';
import { OwnSigner } from '../api/signing/own-signer.ts';
import { securityHeaders } from './headers.ts';
import { pageFile } from './page.ts';

export interface Dashboard {
  readonly url: string;
  /** A new one at each start. Whoever sends it may do everything. */
  readonly token: string;
  close(): Promise<void>;
}

export interface DashboardOptions {
  readonly target: Target;
  /** Of the embedded account. Scaled copies are kept there. */
  readonly dataDir: string;
  /** The folder of the built page. */
  readonly page: string;
  /** The first that is free is taken. 0 is any free port. */
  readonly ports: readonly number[];
  readonly caseOf: ApiServices['caseOf'];
  readonly report: (problem: unknown) => void;
}

/** Serves the page and its API to whoever has the token, on loopback only. */
export async function startDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { target, dataDir, page, ports, caseOf, report } = options;
  const token = newKey();
  const admin = { role: 'admin', name: thisUser() } as const;
  const cache = new CopiesInFolder(join(dataDir, 'pictures'));
  void cache.prune().catch(report);
  const api = createApi({
    target,
    // Not the token itself: addresses are seen by more than who signed in.
    signer: new OwnSigner(`pictures ${token}`),
    pictures: new Pictures(target, cache),
    identify: ({ req }) => {
      const given = /^Bearer (\S+)$/.exec(req.header('authorization') ?? '')?.[1];
      return given !== undefined && isSameKey(given, token) ? admin : undefined;
    },
    now: () => new Date(),
    caseOf,
    onForgotten: (ids) => addForgotten(dataDir, ids),
    report,
  });
  const site = new Hono();
  site.use(securityHeaders);
  site.all('/api/*', ({ req }) => api.fetch(req.raw));
  site.get('*', async (context) => {
    const file = await pageFile(resolve(page), context.req.path);
    if (!file) return context.text('There is no such file, or the page is not built.', 404);
    return context.body(new Uint8Array(file.content), 200, file.headers);
  });
  const serve = getRequestListener(site.fetch);
  const server = await firstFree(ports, (port) =>
    listenOn(port, (bound) => (request, response) => {
      const foreign = whyForeign(request, bound);
      if (foreign !== undefined) return send(response, 403, { 'content-type': 'text/plain' }, `${foreign}\n`);
      void serve(request, response);
    }),
  );
  return { url: server.url, token, close: () => server.close() };
}

async function firstFree<T>(ports: readonly number[], listen: (port: number) => Promise<T>): Promise<T> {
  for (const port of ports) {
    try {
      return await listen(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`None of the ports ${ports.join(', ')} is free for the dashboard.`);
}
