/** What the thread of a function needs to know to load it. */
export interface Boot {
  readonly folder: string;
  /** `file.export`, as Lambda's: `index.handler`. */
  readonly handler: string;
  readonly functionName: string;
  readonly memoryMb: number;
}

export interface Call {
  readonly id: number;
  readonly requestId: string;
  readonly trace: string;
  readonly arn: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** JSON text: what crosses the border is exactly what would cross it in the cloud. */
  readonly payload: string;
}

export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export type Reply =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'unloadable'; readonly failure: Failure }
  | { readonly kind: 'result'; readonly id: number; readonly result: string }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure };
