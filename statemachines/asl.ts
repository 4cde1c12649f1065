/** The subset of Amazon States Language that is used here. A Next that names no state does not compile. */

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy: 'FULL';
}

interface Catcher<Name extends string> {
  readonly ErrorEquals: readonly string[];
  /** null discards the error. */
  readonly ResultPath: string | null;
  readonly Next: Name;
}

type Onward<Name extends string> = { readonly Next: Name } | { readonly End: true };

type Payload = { readonly [field: string]: unknown };

export type TaskState<Name extends string> = Onward<Name> & {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly Parameters: Payload;
  /** null discards the result. */
  readonly ResultPath: string | null;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher<Name>[];
};

interface Comparison {
  readonly Variable: string;
  readonly BooleanEquals?: boolean;
  readonly NumericEquals?: number;
  readonly StringEquals?: string;
  readonly IsPresent?: true;
}

interface ChoiceState<Name extends string> {
  readonly Type: 'Choice';
  readonly Choices: readonly (Comparison & { readonly Next: Name })[];
  readonly Default: Name;
}

type MapState<Name extends string> = Onward<Name> & {
  readonly Type: 'Map';
  readonly ItemsPath: string;
  readonly ItemSelector: Payload;
  readonly MaxConcurrency: number;
  readonly ItemProcessor: Machine & { readonly ProcessorConfig: { readonly Mode: 'INLINE' } };
  readonly ResultPath: string | null;
  readonly Catch?: readonly Catcher<Name>[];
};

type WaitState<Name extends string> = Onward<Name> & { readonly Type: 'Wait' } & (
    | { readonly TimestampPath: string }
    | { readonly Seconds: number }
  );

interface SucceedState {
  readonly Type: 'Succeed';
}

type State<Name extends string> = TaskState<Name> | ChoiceState<Name> | MapState<Name> | WaitState<Name> | SucceedState;

export interface Machine<Name extends string = string> {
  readonly Comment?: string;
  readonly StartAt: Name;
  readonly TimeoutSeconds?: number;
  readonly States: { readonly [name in Name]: State<Name> };
}

/** Infers the state names from the keys of States, and checks every Next against them. */
export function machine<const Name extends string>(definition: {
  readonly Comment?: string;
  readonly StartAt: NoInfer<Name>;
  readonly TimeoutSeconds?: number;
  readonly States: { readonly [name in Name]: State<NoInfer<Name>> };
}): Machine<Name> {
  return definition;
}
