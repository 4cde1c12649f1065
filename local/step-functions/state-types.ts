/** Amazon States Language with JSONPath, as far as this runs it; the rest of a state is the interpreter's business. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'NONE' | 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
}

export interface State {
  readonly Type: 'Task' | 'Map' | 'Parallel' | 'Choice' | 'Pass' | 'Wait' | 'Succeed' | 'Fail';
  readonly Next?: string;
  readonly End?: boolean;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly ResultSelector?: Json;
  readonly Parameters?: Json;
  // Task
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  // Map and Parallel
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
  readonly ItemProcessor?: Chart & { readonly ProcessorConfig?: { readonly Mode?: string } };
  readonly Iterator?: Chart;
  readonly Branches?: readonly Chart[];
  // Choice
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Default?: string;
  // Pass
  readonly Result?: Json;
  // Wait
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  // Fail
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

/** States and where they start: a machine, the processor of a Map, a branch of a Parallel. */
export interface Chart {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
}
