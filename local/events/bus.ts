import { createHash, randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { awsJson, type Operation } from '../aws-json.ts';
import { openSublevel, type Store } from '../store.ts';
import { Deliveries, type DeadLetter, type Delivery, type Send } from './deliveries.ts';
import type { EventBridgeEvent, Rule } from './event.ts';
import { targetInput } from './input.ts';
import { compilePattern } from './pattern.ts';
import { putEvents } from './put-events.ts';

export interface Events {
  /** AWSEvents.PutEvents, JSON 1.1. */
  readonly handler: RequestListener;
  readonly putEvents: Operation;
  /** Replaces all rules. The first call starts delivering, and `put` waits until then. */
  setRules(rules: readonly Rule[]): void;
  /** Resolves when every delivery of the event is durable. */
  put(event: EventBridgeEvent, bus?: string): Promise<void>;
  /** The number of pending deliveries. */
  pending(): number;
  /** Resolves when no delivery is pending. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** The event bus: matches rules and delivers at least once, across restarts, within each target's limits. */
export async function startEvents(options: {
  store: Store;
  region: string;
  accountId: string;
  /** By the service in the target's ARN: states, lambda, sqs, … */
  deliver: Readonly<Record<string, Send>>;
  /** Sends a message to a dead-letter queue. */
  deadLetter: DeadLetter;
  now?: () => Date;
  newId?: () => string;
  backoff?: (attempts: number) => number;
  report?: (error: unknown) => void;
}): Promise<Events> {
  const { store, region, accountId, deliver, deadLetter, now = () => new Date(), newId = randomUUID } = options;
  const report = options.report ?? (() => {});
  const send: Send = (delivery) => sender(deliver, delivery.target.arn)(delivery);
  const deliveries = new Deliveries(openSublevel<Delivery>(store, 'events-pending'), {
    send,
    deadLetter,
    now,
    backoff: options.backoff ?? fullJitter,
    report,
  });
  const started = Promise.withResolvers<void>();
  started.promise.catch(() => {});
  let rules: Compiled[] = [];
  let first = true;

  async function put(event: EventBridgeEvent, bus = 'default'): Promise<void> {
    await started.promise;
    const matched = rules.filter((rule) => rule.bus === bus && rule.matches(event));
    const time = now();
    await deliveries.add(matched.flatMap((rule) => rule.targets.map((target) => aDelivery(event, rule, target, time))));
  }

  const operations = { PutEvents: putEvents({ put, region, accountId, now, newId }) };
  return {
    handler: awsJson({ version: '1.1', operations, report }),
    putEvents: operations.PutEvents,
    put,
    setRules: (given) => {
      rules = given.filter((rule) => rule.state === 'ENABLED').map((rule) => compile(rule, region, accountId));
      if (first) deliveries.start().then(started.resolve, started.reject);
      first = false;
    },
    pending: () => deliveries.count,
    idle: () => started.promise.then(() => deliveries.idle()),
    close: async () => {
      started.reject(new Error('The event bus is closed.'));
      await deliveries.close();
    },
  };
}

interface Compiled {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly targets: Rule['targets'];
  readonly matches: (event: object) => boolean;
}

function compile(rule: Rule, region: string, accountId: string): Compiled {
  const { name, bus = 'default', targets } = rule;
  const path = bus === 'default' ? name : `${bus}/${name}`;
  const arn = `arn:aws:events:${region}:${accountId}:rule/${path}`;
  return { name, bus, targets, arn, matches: compilePattern(rule.pattern) };
}

function aDelivery(event: EventBridgeEvent, rule: Compiled, target: Rule['targets'][number], now: Date): Delivery {
  const time = now.toISOString();
  return {
    id: createHash('sha256')
      .update(JSON.stringify([event.id, rule.arn, target.id]))
      .digest('hex'),
    event,
    ruleArn: rule.arn,
    target,
    input: targetInput(target, event, rule, now),
    put: time,
    attempts: 0,
    due: time,
  };
}

function sender(deliver: Readonly<Record<string, Send>>, arn: string): Send {
  const service = arn.split(':')[2] ?? '';
  const found = Object.hasOwn(deliver, service) ? deliver[service] : undefined;
  if (found) return found;
  const error = new Error(`Nothing here delivers to ${arn}`);
  error.name = 'ResourceNotFoundException';
  throw error;
}

/** Full jitter on a delay that doubles from one second to five minutes. */
function fullJitter(attempts: number): number {
  return Math.random() * Math.min(300_000, 1000 * 2 ** (attempts - 1));
}
