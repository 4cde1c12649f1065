import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import { messageOf } from '../failure.ts';
import type { Target } from '../deployment/target.ts';

/** What is examined, and with what. */
export interface Patient {
  readonly target: Target;
  readonly lambda: LambdaClient;
  readonly rekognition: RekognitionClient;
  readonly now: () => Date;
  /** How long a probe may take. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** What makes the account anew from what is in this folder. */
  readonly again: string;
}

export interface Check {
  readonly name: string;
  /** Says what is well; throws an Ailment when something is not. */
  readonly examine: (patient: Patient) => Promise<string>;
}

/** Something wrong, and how to mend it. */
export class Ailment extends Error {
  override name = 'Ailment';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** What `--json` prints of a check. The names are for scripts to rely on. */
export interface Diagnosis {
  readonly check: string;
  readonly ok: boolean;
  readonly says: string;
  readonly remedy: string | null;
}

export async function diagnose({ name, examine }: Check, patient: Patient): Promise<Diagnosis> {
  try {
    return { check: name, ok: true, says: await examine(patient), remedy: null };
  } catch (error) {
    patient.signal.throwIfAborted();
    if (error instanceof Ailment) return { check: name, ok: false, says: error.message, remedy: error.remedy };
    return { check: name, ok: false, says: messageOf(error), remedy: remedyOf(error, patient) };
  }
}

/** For what the SDK throws, whichever call it was. */
function remedyOf(error: unknown, { again }: Patient): string {
  const { name = '', code = '', $metadata } = error as { name?: string; code?: string; $metadata?: Metadata };
  if (/Credentials|ExpiredToken|UnrecognizedClient|InvalidAccessKeyId/.test(name)) {
    return 'Log in: the AWS SDK finds no credentials that are good.';
  }
  if (name.includes('AccessDenied') || $metadata?.httpStatusCode === 403) {
    return 'These are your own credentials: use some that may do it.';
  }
  if (name.includes('NotFound') || name.startsWith('NoSuch')) return again;
  if (/^E[A-Z_]+$/.test(code)) return 'Nobody answers there. Is this machine online, and the region right?';
  return 'Ask again in a minute; ROLLCALL_DEBUG=1 makes other commands tell more.';
}

interface Metadata {
  readonly httpStatusCode?: number;
}
