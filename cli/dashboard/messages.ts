import type { MessagePort } from 'node:worker_threads';
import type { LoopbackAccount } from '../../client/deployment/target.ts';
import type { DashboardOptions } from '../../web/local/server.ts';

/** What the dashboard's thread is given. */
export interface ThreadData extends Pick<DashboardOptions, 'dataDir' | 'page' | 'ports'> {
  readonly account: LoopbackAccount;
  /** Where it reads the account without HTTP. */
  readonly reads: MessagePort | undefined;
}

/** What it says. */
export type FromThread =
  | { readonly kind: 'listening'; readonly url: string; readonly token: string }
  | { readonly kind: 'fault'; readonly error: unknown };
