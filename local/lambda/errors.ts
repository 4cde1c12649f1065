/**
 * What an invocation fails with, as Step Functions reports it: `name` is the Error,
 * `message` the Cause (for an error of the function a JSON of errorType, errorMessage and trace).
 */
export class LambdaError extends Error {
  /** True where the service refused the call (Step Functions then puts "Lambda." before the name). */
  readonly byService: boolean;

  constructor(name: string, message: string, byService = false) {
    super(message);
    this.name = name;
    this.byService = byService;
  }
}

/** An error inside the function or its runtime. */
export function functionError(errorType: string, errorMessage: string, trace?: readonly string[]): LambdaError {
  return new LambdaError(errorType, JSON.stringify({ errorType, errorMessage, ...(trace && { trace }) }));
}

/** A refusal of the service before or after the function ran. */
export function serviceError(name: string, message: string): LambdaError {
  return new LambdaError(name, message, true);
}
