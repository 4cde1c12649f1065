import type { EventBridgeEvent } from '../events/event.ts';
import type { Store } from '../store.ts';
import type { HistoryEvent } from './sublevels.ts';
import type { PutEventsResult, PutEventsEntry } from './tasks.ts';

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
  /** Runs a function, as `startLambda(…).invoke` does. */
  readonly invoke: (functionArn: string, payload: unknown) => Promise<unknown>;
  readonly integrations: { putEvents(entries: readonly PutEventsEntry[]): Promise<PutEventsResult> };
  /** Resolves when the event bus has stored the event. */
  readonly onStatusChange: (event: EventBridgeEvent) => Promise<void>;
  /** More executions than this are RUNNING, but wait until another one ends. Default 8. */
  readonly maxConcurrentExecutions?: number;
  /** Called with each event that is added to a history. */
  readonly onHistoryEvent?: (executionArn: string, event: HistoryEvent) => void;
  readonly report?: (error: unknown) => void;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly newId?: () => string;
  /** Waits between retries and in Wait states. It resolves early when the signal is aborted. */
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 up to but not including 1, for the jitter of retries. */
  readonly random?: () => number;
}
