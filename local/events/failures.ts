/** Classifies the error of a delivery. */
export interface Failure {
  readonly retryable: boolean;
  /** ERROR_CODE of the dead letter: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  readonly code: string;
  readonly message: string;
}

const CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'NO_PERMISSIONS',
  InvalidArn: 'SDK_CLIENT_ERROR',
  InvalidExecutionInput: 'INVALID_JSON',
  InvalidName: 'SDK_CLIENT_ERROR',
  InvalidParameterValueException: 'SDK_CLIENT_ERROR',
  InvalidRequestContentException: 'INVALID_JSON',
  QueueDoesNotExist: 'NO_RESOURCE',
  ResourceNotFoundException: 'NO_RESOURCE',
  StateMachineDeleting: 'NO_RESOURCE',
  StateMachineDoesNotExist: 'NO_RESOURCE',
  ValidationException: 'SDK_CLIENT_ERROR',
};

/** Errors that the same call would meet again are not retried. */
export function failureOf(error: unknown): Failure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const permanent = CODES[name];
  const throttled = /Throttl|TooManyRequests|LimitExceeded/.test(name);
  return {
    retryable: permanent === undefined,
    code: permanent ?? (throttled ? 'THROTTLING' : 'UNKNOWN'),
    message: `${name}: ${message}`,
  };
}

/** An earlier attempt has started the execution that is named after this delivery. */
export function alreadyDelivered(error: unknown): boolean {
  return error instanceof Error && error.name === 'ExecutionAlreadyExists';
}
