import type { Context } from 'hono';
import type { Target } from '../../client/deployment/target.ts';
import type { Summaries } from '../../client/people/summaries.ts';
import type { PersonId } from '../../schemas/faces.ts';
import type { Pictures } from './pictures/pictures.ts';
import type { Role } from './schemas/roles.ts';
import type { Signer } from './signer.ts';

/** Who asks. */
export interface Caller {
  readonly role: Role;
  /** As decisions name who decided. */
  readonly name: string;
}

/** What every route of the API works with. */
export interface ApiServices {
  readonly target: Target;
  readonly signer: Signer;
  readonly pictures: Pictures;
  /** Who sent a request. Undefined if nobody who is known. */
  readonly identify: (context: Context) => Caller | undefined;
  readonly now: () => Date;
  /** Removes what is kept outside of the deployment about people who were forgotten. */
  readonly onForgotten: (ids: readonly PersonId[]) => Promise<void>;
  /**
   * How long a request waits for what goes on by itself, in milliseconds. Afterwards the answer says where to ask for
   * the end. Without it, 15 minutes.
   */
  readonly answerWithinMs?: number;
  /** An execution as `rollcall replay` reads it, without pictures and with made-up names. */
  readonly caseOf: (executionArn: string) => Promise<object>;
  /** Receives faults of the API itself. */
  readonly report: (problem: unknown) => void;
}

/** The same with what the routes share. */
export interface Services extends ApiServices {
  readonly summaries: Summaries;
}

export interface ApiEnv {
  Variables: { readonly caller: Caller };
}
