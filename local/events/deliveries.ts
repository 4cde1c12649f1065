import { Mutex } from '../mutex.ts';
import type { Sublevel } from '../store.ts';
import type { EventBridgeEvent, Target } from './event.ts';
import { alreadyDelivered, failureOf, type Failure } from './failures.ts';

const CONCURRENCY = 16;
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
const MAX_RETRIES = 185;
const MAX_AGE_S = 86_400;

/** The delivery of an event to a target. */
export interface Delivery {
  readonly event: EventBridgeEvent;
  readonly ruleArn: string;
  readonly target: Target;
  readonly input: string;
  /** The same for each attempt, so that a target can recognise a repeated one. Up to 64 characters of [0-9a-f]. */
  readonly id: string;
  readonly put: string;
  readonly attempts: number;
  readonly due: string;
}

export type Send = (delivery: Delivery) => Promise<void>;
export type DeadLetter = (queueArn: string, body: string, attributes: Record<string, string | number>) => Promise<void>;

interface Options {
  readonly send: Send;
  readonly deadLetter: DeadLetter;
  readonly now: () => Date;
  /** Milliseconds before the next attempt. */
  readonly backoff: (attempts: number) => number;
  readonly report: (error: unknown) => void;
}

/** The pending deliveries. Kept in the store until the target has accepted them or they are given up. */
export class Deliveries {
  readonly #pending: Sublevel<Delivery>;
  readonly #options: Options;
  /** The ids in the store. */
  readonly #known = new Set<string>();
  readonly #ready: string[] = [];
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  /** Changes memory and store as one, so that they never differ. */
  readonly #mutex = new Mutex();
  #idle: (() => void)[] = [];
  #started = false;
  #closed = false;

  constructor(pending: Sublevel<Delivery>, options: Options) {
    this.#pending = pending;
    this.#options = options;
  }

  get count(): number {
    return this.#known.size;
  }

  /** Continues the deliveries that an earlier process left. */
  async start(): Promise<void> {
    for await (const [id, delivery] of this.#pending.iterator()) {
      this.#known.add(id);
      this.#schedule(id, Date.parse(delivery.due) - this.#options.now().getTime());
    }
    this.#started = true;
    this.#pump();
  }

  /** Resolves when the delivery is durable. A pending delivery is not added again. */
  async add(deliveries: readonly Delivery[]): Promise<void> {
    await this.#mutex.run(async () => {
      const added = deliveries.filter(({ id }) => !this.#known.has(id));
      await this.#pending.batch(added.map((delivery) => ({ type: 'put', key: delivery.id, value: delivery })));
      for (const { id } of added) {
        this.#known.add(id);
        this.#schedule(id, 0);
      }
    });
  }

  async idle(): Promise<void> {
    if (this.#known.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.allSettled(this.#running);
    await this.#mutex.idle();
  }

  #schedule(id: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) {
      this.#ready.push(id);
      this.#pump();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      this.#schedule(id, 0);
    }, delayMs);
    this.#timers.set(id, timer);
  }

  #pump(): void {
    while (this.#started && !this.#closed && this.#running.size < CONCURRENCY) {
      const id = this.#ready.shift();
      if (id === undefined) return;
      const attempt: Promise<void> = this.#attempt(id)
        .catch(this.#options.report)
        .finally(() => {
          this.#running.delete(attempt);
          this.#pump();
        });
      this.#running.add(attempt);
    }
  }

  async #attempt(id: string): Promise<void> {
    const delivery = await this.#pending.get(id);
    if (!delivery) return;
    try {
      await this.#options.send(delivery);
    } catch (error) {
      if (!alreadyDelivered(error)) return this.#failed({ ...delivery, attempts: delivery.attempts + 1 }, error);
    }
    await this.#forget(id);
  }

  async #failed(delivery: Delivery, error: unknown): Promise<void> {
    const failure = failureOf(error);
    const exhausted = exhaustion(delivery, this.#options.now());
    if (failure.retryable && exhausted === undefined) {
      const delayMs = this.#options.backoff(delivery.attempts);
      const due = new Date(this.#options.now().getTime() + delayMs).toISOString();
      await this.#mutex.run(() => this.#pending.put(delivery.id, { ...delivery, due }));
      this.#schedule(delivery.id, delayMs);
      return;
    }
    this.#options.report(error);
    const { deadLetterArn } = delivery.target;
    if (deadLetterArn !== undefined) {
      const deadLetterAttributes = attributes(delivery, failure, failure.retryable ? exhausted : undefined);
      // As in the service, the event is lost if the dead-letter queue does not exist. The report says so.
      await this.#options
        .deadLetter(deadLetterArn, JSON.stringify(delivery.event), deadLetterAttributes)
        .catch(this.#options.report);
    }
    await this.#forget(delivery.id);
  }

  async #forget(id: string): Promise<void> {
    await this.#mutex.run(async () => {
      await this.#pending.del(id);
      this.#known.delete(id);
    });
    if (this.#known.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function exhaustion(delivery: Delivery, now: Date): string | undefined {
  const { maximumRetryAttempts = MAX_RETRIES, maximumEventAgeSeconds = MAX_AGE_S } = delivery.target;
  if (delivery.attempts > maximumRetryAttempts) return 'MaximumRetryAttempts';
  const ageMs = now.getTime() - Date.parse(delivery.put);
  return ageMs >= maximumEventAgeSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
}

function attributes(
  delivery: Delivery,
  failure: Failure,
  exhausted: string | undefined,
): Record<string, string | number> {
  return {
    RULE_ARN: delivery.ruleArn,
    TARGET_ARN: delivery.target.arn,
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    RETRY_ATTEMPTS: delivery.attempts - 1,
  };
}
