import type { Store } from '../store.ts';
import type { EventBridgeEvent } from '../events/event.ts';
import type { HistoryEvent } from './tables.ts';
import type { PutEventsAnswer, PutEventsEntry } from './tasks.ts';

export interface StateMachineDeclaration {
  readonly name: string;
  readonly arn: string;
  /** Amazon States Language, JSON text. */
  readonly definition: string;
  readonly type: string;
  readonly roleArn: string;
  readonly loggingConfiguration?: unknown;
}

export interface StepFunctionsOptions {
  readonly store: Store;
  readonly region: string;
  readonly accountId: string;
  /** Runs a function: `startLambda(…).invoke`. */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  readonly integrations: { putEvents(entries: readonly PutEventsEntry[]): Promise<PutEventsAnswer> };
  /** Resolves when the bus has the event for good. */
  readonly onStatusChange: (event: EventBridgeEvent) => Promise<void>;
  /** Further ones are RUNNING and wait for their turn. Default 8. */
  readonly maxConcurrentExecutions?: number;
  /** Sees each event of each history as it happens. */
  readonly record?: (executionArn: string, event: HistoryEvent) => void;
  readonly report?: (error: unknown) => void;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly newId?: () => string;
  /** Waits between retries and in Wait states; ends early when the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to 1, for the jitter of retries. */
  readonly random?: () => number;
}
