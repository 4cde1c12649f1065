import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { PageConfig } from '../../../schemas/dashboard.ts';
import type { Session } from './session.ts';

type SignIn = NonNullable<PageConfig['sign_in']>;

/** Where people go on once they have signed in. */
interface Place {
  readonly path: string;
}

/** The session of who has signed in. Whoever has not is sent to do so, by authorization code with PKCE. */
export async function signedIn({ issuer, client_id, domain }: SignIn): Promise<Session> {
  const manager = managerFor(issuer, client_id, domain);
  const signIn = async (): Promise<never> => {
    await manager.signinRedirect({ state: { path: location.pathname + location.search } satisfies Place });
    return new Promise<never>(() => undefined);
  };
  let user = (await returning(manager)) ?? (await manager.getUser());
  if (!user || (user.expired && !(await renewed(manager)))) return signIn();
  user = await manager.getUser();
  manager.events.addUserLoaded((renewedUser) => {
    user = renewedUser;
  });
  return {
    token: () => user?.access_token ?? '',
    renew: async () => (await renewed(manager)) || signIn(),
    signOut: async () => {
      // Whoever wants to leave leaves, whatever the server says.
      await manager.revokeTokens(['refresh_token']).catch(() => undefined);
      await manager.removeUser();
      const query = new URLSearchParams({ client_id, logout_uri: `${location.origin}/` });
      location.assign(`${domain}/logout?${query}`);
      return new Promise(() => undefined);
    },
    unreachable: 'Look whether you are connected to the network, then try again.',
    refused: 'Reload this page to sign in again.',
  };
}

/** Tokens are kept for this tab alone, and renewed a minute before they expire. */
function managerFor(issuer: string, client_id: string, domain: string): UserManager {
  const store = new WebStorageStateStore({ store: sessionStorage });
  return new UserManager({
    authority: issuer,
    // The page may ask nobody else for it.
    metadata: {
      issuer,
      authorization_endpoint: `${domain}/oauth2/authorize`,
      token_endpoint: `${domain}/oauth2/token`,
      revocation_endpoint: `${domain}/oauth2/revoke`,
    },
    client_id,
    redirect_uri: `${location.origin}/`,
    response_type: 'code',
    scope: 'openid',
    userStore: store,
    stateStore: store,
    automaticSilentRenew: true,
  });
}

/** Who comes back from signing in. Undefined if nobody does. Throws what the sign-in says. */
async function returning(manager: UserManager): Promise<User | undefined> {
  const query = new URLSearchParams(location.search);
  if (!query.has('state') || !(query.has('code') || query.has('error'))) return undefined;
  // It works once.
  history.replaceState(null, '', '/');
  const user = await manager.signinCallback(`${location.origin}/?${query}`);
  history.replaceState(null, '', (user?.state as Place | undefined)?.path ?? '/');
  return user;
}

async function renewed(manager: UserManager): Promise<boolean> {
  const user = await manager.getUser();
  if (!user?.refresh_token) return false;
  return manager.signinSilent().then(
    (found) => found !== null,
    () => false,
  );
}
