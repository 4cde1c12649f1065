import {
  SERVICE_ERRORS,
  THROTTLING_ERRORS,
  type EnrolmentFault,
  type ErrorName,
  type ImageFault,
  type SlotFault,
  type TaskFault,
  type WaitingFault,
} from '../../schemas/errors.ts';

/** An error with a name that Step Functions retries or catches. */
abstract class NamedError<Name extends ErrorName> extends Error {
  override readonly name: Name;

  constructor(name: Name, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

export class ImageError extends NamedError<ImageFault> {}
export class EnrolmentError extends NamedError<EnrolmentFault> {}
export class SlotError extends NamedError<SlotFault> {}
export class WaitingError extends NamedError<WaitingFault> {}
export class TaskError extends NamedError<TaskFault> {}

/** The SDK's error names are kept, because Retry matches them. */
export function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

const SOCKET_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

const RETRIED: ReadonlySet<unknown> = new Set([...THROTTLING_ERRORS, ...SERVICE_ERRORS]);

/**
 * Gives a name that Retry matches to a broken connection, which is a plain `Error` with a code, and to an answer with a
 * status of 500 or more and another name: a HEAD without a body (`Unknown`), a page of HTML (`SyntaxError`).
 */
export function withRetryableName(error: unknown): unknown {
  const { code, name, $metadata } = (error ?? {}) as { code?: unknown; name?: unknown; $metadata?: Metadata };
  if (typeof code === 'string' && SOCKET_CODES.has(code)) {
    return new TaskError('NetworkError', `The connection to a service broke (${code}).`, { cause: error });
  }
  const status = $metadata?.httpStatusCode ?? 0;
  if (status >= 500 && !RETRIED.has(name)) {
    return new TaskError('ServiceUnavailable', `A service answered with status ${status}.`, { cause: error });
  }
  return error;
}

interface Metadata {
  readonly httpStatusCode?: number;
}
