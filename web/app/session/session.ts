import type { PageConfig } from '../../../schemas/dashboard.ts';

/** How the page proves who asks. */
export interface Session {
  /** What the API is sent with each request. */
  token(): string;
  /** Gets another token once the API refuses this one. False if there is none to be had. */
  renew(): Promise<boolean>;
  /** Absent where nobody signs in. */
  signOut?(): Promise<void>;
  /** What to do when the API does not answer, and when it knows nobody. */
  readonly unreachable: string;
  readonly refused: string;
}

const TOKEN = 'rollcall-token';

/** The token of the address that `npm start` printed. */
const onThisMachine: Session = {
  token: () => sessionStorage.getItem(TOKEN) ?? '',
  renew: async () => false,
  unreachable: 'Start it again with npm start, then reload this page.',
  refused: 'Open the address that npm start printed: it carries the token.',
};

let session = onThisMachine;

export const currentSession = (): Session => session;

/** Takes the token of the address, or has people sign in where the page is deployed. */
export async function startSession(): Promise<void> {
  takeToken();
  if (sessionStorage.getItem(TOKEN) !== null) return;
  const response = await fetch('/config.json');
  const { sign_in: signIn }: PageConfig = await response.json();
  if (!signIn) return;
  const { signedIn } = await import('./signed-in.ts');
  session = await signedIn(signIn);
}

/** Moves the token out of the address, so that it is neither shown, nor kept in the history, nor copied. */
function takeToken(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return;
  sessionStorage.setItem(TOKEN, token);
  history.replaceState(null, '', location.pathname + location.search);
}
