/** What a function's thread needs to load the function. */
export interface FunctionBoot {
  readonly folder: string;
  /** `file.export`, as Lambda's: `index.handler`. */
  readonly handler: string;
  readonly functionName: string;
  readonly memoryMb: number;
}

export interface InvokeMessage {
  readonly id: number;
  readonly requestId: string;
  readonly trace: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** JSON text, exactly as a function in AWS would receive it. */
  readonly payload: string;
}

export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type ThreadMessage =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'unloadable'; readonly failure: Failure }
  | { readonly kind: 'result'; readonly id: number; readonly result: string }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure };
