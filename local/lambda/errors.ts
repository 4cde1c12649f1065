/**
 * A failed invocation as Step Functions reports it: `name` is the Error, `message` the Cause. For an error of the
 * function, the Cause is JSON with errorType, errorMessage and trace.
 */
export class LambdaError extends Error {
  /** Whether the service refused the call. Step Functions then prefixes the name with "Lambda.". */
  readonly byService: boolean;

  constructor(name: string, message: string, byService = false) {
    super(message);
    this.name = name;
    this.byService = byService;
  }
}

/** An error in the function or its runtime. */
export function functionError(errorType: string, errorMessage: string, trace?: readonly string[]): LambdaError {
  return new LambdaError(errorType, JSON.stringify({ errorType, errorMessage, ...(trace && { trace }) }));
}

/** An error of the service, before or after the function runs. */
export function serviceError(name: string, message: string): LambdaError {
  return new LambdaError(name, message, true);
}
