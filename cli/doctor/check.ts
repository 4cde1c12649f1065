import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { Target } from '../../client/deployment/target.ts';
import { messageOf } from '../../client/failure.ts';

/** What a check works with. */
export interface DoctorContext {
  readonly target: Target;
  readonly lambda: LambdaClient;
  readonly rekognition: RekognitionClient;
  readonly now: () => Date;
  /** How long the probe photo may take. */
  readonly probeTimeoutMs: number;
  readonly signal: AbortSignal;
  /** The remedy that recreates the deployment. */
  readonly redeployAdvice: string;
}

export interface Check {
  readonly name: string;
  /** Says what is well; throws an Ailment when something is not. */
  readonly run: (context: DoctorContext) => Promise<string>;
}

/** Something that is wrong, and its remedy. */
export class Problem extends Error {
  override name = 'Ailment';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** What `--json` prints of a check. Scripts rely on the names. */
export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly says: string;
  readonly remedy: string | null;
}

export async function runCheck({ name, run }: Check, context: DoctorContext): Promise<CheckResult> {
  try {
    return { check: name, ok: true, says: await run(context), remedy: null };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof Problem) return { check: name, ok: false, says: error.message, remedy: error.remedy };
    return { check: name, ok: false, says: messageOf(error), remedy: remedyOf(error, context) };
  }
}

/** The remedy for an error of the SDK. */
function remedyOf(error: unknown, { redeployAdvice }: DoctorContext): string {
  const { name = '', code = '', $metadata } = error as { name?: string; code?: string; $metadata?: Metadata };
  if (/Credentials|ExpiredToken|UnrecognizedClient|InvalidAccessKeyId/.test(name)) {
    return 'Log in: the AWS SDK finds no valid credentials.';
  }
  if (name.includes('AccessDenied') || $metadata?.httpStatusCode === 403) {
    return 'Your own credentials lack this permission: use others.';
  }
  if (name.includes('NotFound') || name.startsWith('NoSuch')) return redeployAdvice;
  if (/^E[A-Z_]+$/.test(code))
    return 'Nothing answers at this address. Is this machine online, and is the region right?';
  return 'Try again in a minute. ROLLCALL_DEBUG=1 makes other commands print more.';
}

interface Metadata {
  readonly httpStatusCode?: number;
}
