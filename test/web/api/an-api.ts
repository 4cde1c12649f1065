import { buildCase } from '../../../recording/build-case.ts';
import { createApi } from '../../../web/api/app.ts';
import type { ApiServices } from '../../../web/api/context.ts';
import { Pictures } from '../../../web/api/pictures/pictures.ts';
import { Role } from '../../../web/api/schemas/roles.ts';
import { OwnSigner } from '../../../web/api/signing/own-signer.ts';
import { anAccount, type CliAccount } from '../../cli/account.ts';
import type { TestAccountOptions } from '../../support/test-account.ts';

export interface TestApi {
  readonly account: CliAccount;
  /** Faults of the API: there must be none. */
  readonly faults: unknown[];
  /** The ids of the people who were forgotten by it. */
  readonly forgotten: string[];
  /** One app, which keeps what it has read as it does in use. Every request below has an app of its own. */
  app(now?: () => Date, over?: Partial<ApiServices>): ReturnType<typeof createApi>;
  /** As an admin, unless another role is given. */
  ask(path: string, options?: Asked): Promise<Answer>;
  raw(path: string, init?: RequestInit): Promise<Response>;
}

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly role?: Role;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The API over an embedded account. The token is the name of a role. */
export async function anApi(options: TestAccountOptions = {}): Promise<TestApi> {
  const account = await anAccount(options);
  const faults: unknown[] = [];
  const forgotten: string[] = [];
  // What is kept between requests is left out: tests change rows behind the API's back.
  const app = (now = () => new Date('2026-11-24T12:00:00Z'), over: Partial<ApiServices> = {}) =>
    createApi({
      target: account.target,
      signer: new OwnSigner('a key'),
      pictures: new Pictures(account.target),
      identify: ({ req }) => {
        const role = Role.safeParse(req.header('authorization')?.slice('Bearer '.length));
        return role.success ? { role: role.data, name: `an ${role.data}` } : undefined;
      },
      now,
      caseOf: (executionArn) => buildCase(account.target.sfn, executionArn, account.dataDir),
      onForgotten: async (ids) => void forgotten.push(...ids),
      report: (fault) => void faults.push(fault),
      ...over,
    });
  const raw = async (path: string, init?: RequestInit) => app().request(path, init);
  return {
    account,
    faults,
    forgotten,
    app,
    raw,
    ask: async (path, { method = 'GET', body, role = 'admin' } = {}) => {
      const response = await raw(path, {
        method,
        headers: { authorization: `Bearer ${role}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}
