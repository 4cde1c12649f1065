import { ServiceError } from '../aws-json.ts';
import { Mutex } from '../mutex.ts';
import { openSublevel, put, type Change, type Sublevel, type Store } from '../store.ts';
import type { Message, MessageAttributes } from './message.ts';

export interface Queue {
  readonly name: string;
  readonly created: string;
  /** As set by CreateQueue: VisibilityTimeout, MessageRetentionPeriod, … */
  readonly attributes: Readonly<Record<string, string>>;
}

export const DEFAULTS = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
} as const;

export interface Received extends Message {
  readonly handle: string;
}

/** Queues and their messages in the store. A received message is hidden for its visibility timeout. */
export class Queues {
  readonly #queues: Sublevel<Queue>;
  readonly #messages: Sublevel<Message>;
  readonly #options: { now: () => Date; newId: () => string; sequence: () => string };
  /** Waiting receivers by queue. */
  readonly #waiting = new Map<string, Set<() => void>>();
  /** Keeps two receivers from taking the same message. */
  readonly #mutex = new Mutex();

  constructor(store: Store, options: { now: () => Date; newId: () => string; sequence: () => string }) {
    this.#queues = openSublevel<Queue>(store, 'sqs-queues');
    this.#messages = openSublevel<Message>(store, 'sqs-messages');
    this.#options = options;
  }

  async create(name: string, attributes: Readonly<Record<string, string>>): Promise<void> {
    if (!/^[\w-]{1,80}$/.test(name))
      throw new ServiceError('InvalidParameterValue', 'A queue name has 1 to 80 of [A-Za-z0-9_-].');
    const before = await this.#queues.get(name);
    const created = before?.created ?? this.#options.now().toISOString();
    await this.#queues.put(name, { name, created, attributes: { ...before?.attributes, ...attributes } });
  }

  async get(name: string): Promise<Queue> {
    const queue = await this.#queues.get(name);
    if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  async names(): Promise<string[]> {
    return this.#queues.keys().all();
  }

  async remove({ name }: Queue): Promise<void> {
    await this.#queues.del(name);
    await this.#messages.clear(rangeOf(name));
  }

  async purge({ name }: Queue): Promise<void> {
    await this.#messages.clear(rangeOf(name));
  }

  async send(
    queue: Queue,
    messages: readonly { body: string; attributes: MessageAttributes; delayS?: number }[],
  ): Promise<string[]> {
    const now = this.#options.now().getTime();
    const added = messages.map(({ body, attributes, delayS = setting(queue, 'DelaySeconds') }): [string, Message] => [
      `${queue.name}/${this.#options.sequence()}`,
      { id: this.#options.newId(), body, attributes, sent: now, visibleAt: now + delayS * 1000, receives: 0 },
    ]);
    await this.#messages.batch(added.map(([key, value]) => ({ type: 'put', key, value })));
    for (const wake of this.#waiting.get(queue.name) ?? []) wake();
    return added.map(([, { id }]) => id);
  }

  /** Receives up to `limit` messages. Waits for one if there is none. */
  async receive(
    queue: Queue,
    options: { limit: number; hideS: number; waitS: number; signal: AbortSignal },
  ): Promise<Received[]> {
    const deadline = performance.now() + options.waitS * 1000;
    for (;;) {
      const { taken, nextVisible } = await this.#mutex.run(() => this.#take(queue, options));
      const left = deadline - performance.now();
      if (taken.length > 0 || left <= 0 || options.signal.aborted) return taken;
      const hidden = nextVisible - this.#options.now().getTime();
      await this.#message(queue.name, Math.min(left, Math.max(hidden, 1)), options.signal);
    }
  }

  async hide(queue: Queue, handle: string, seconds: number): Promise<void> {
    await this.#withReceipt(queue, handle, (key, message) =>
      this.#messages.put(key, { ...message, visibleAt: this.#options.now().getTime() + seconds * 1000 }),
    );
    for (const wake of this.#waiting.get(queue.name) ?? []) wake();
  }

  async delete(queue: Queue, handle: string): Promise<void> {
    await this.#withReceipt(queue, handle, (key) => this.#messages.del(key));
  }

  async counts(queue: Queue): Promise<{ visible: number; hidden: number; delayed: number }> {
    const now = this.#options.now().getTime();
    const counts = { visible: 0, hidden: 0, delayed: 0 };
    for await (const { visibleAt, receives } of this.#messages.values(rangeOf(queue.name))) {
      counts[visibleAt <= now ? 'visible' : receives > 0 ? 'hidden' : 'delayed']++;
    }
    return counts;
  }

  async #take(
    queue: Queue,
    options: { limit: number; hideS: number },
  ): Promise<{ taken: Received[]; nextVisible: number }> {
    const now = this.#options.now().getTime();
    const oldest = now - setting(queue, 'MessageRetentionPeriod') * 1000;
    const taken: Received[] = [];
    const changes: Change[] = [];
    let nextVisible = Number.POSITIVE_INFINITY;
    for await (const [key, message] of this.#messages.iterator(rangeOf(queue.name))) {
      if (message.sent < oldest) changes.push({ type: 'del', sublevel: this.#messages, key });
      else if (message.visibleAt > now) nextVisible = Math.min(nextVisible, message.visibleAt);
      else {
        const receipt = this.#options.newId();
        const received = {
          firstReceived: now,
          ...message,
          receives: message.receives + 1,
          visibleAt: now + options.hideS * 1000,
          receipt,
        };
        taken.push({ ...received, handle: handleOf(key, receipt) });
        changes.push(put(this.#messages, key, received));
        if (taken.length === options.limit) break;
      }
    }
    if (changes.length > 0) await (this.#messages.parent as Store).batch(changes);
    return { taken, nextVisible };
  }

  async #withReceipt(
    queue: Queue,
    handle: string,
    change: (key: string, message: Message) => Promise<void>,
  ): Promise<void> {
    const [key, receipt] = readHandle(queue, handle);
    await this.#mutex.run(async () => {
      const message = await this.#messages.get(key);
      // As in the service, an outdated receipt handle changes nothing and is no error.
      if (message?.receipt === receipt) await change(key, message);
    });
  }

  /** Resolves when the queue may have a message. */
  async #message(name: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting.add(resolve));
    const timer = setTimeout(resolve, timeoutMs);
    const stop = () => resolve();
    signal.addEventListener('abort', stop);
    await promise;
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    waiting.delete(resolve);
  }
}

export function setting(queue: Queue, name: keyof typeof DEFAULTS): number {
  return Number(queue.attributes[name] ?? DEFAULTS[name]);
}

/** Queue names contain no slash, and `0` follows the slash. */
function rangeOf(name: string): { gt: string; lt: string } {
  return { gt: `${name}/`, lt: `${name}0` };
}

function handleOf(key: string, receipt: string): string {
  return Buffer.from(JSON.stringify([key, receipt])).toString('base64');
}

function readHandle(queue: Queue, handle: string): [key: string, receipt: string] {
  try {
    const [key, receipt] = JSON.parse(Buffer.from(handle, 'base64').toString()) as unknown[];
    if (typeof key === 'string' && typeof receipt === 'string' && key.startsWith(`${queue.name}/`))
      return [key, receipt];
  } catch {
    // Not a receipt handle of this server.
  }
  throw new ServiceError('ReceiptHandleIsInvalid', 'The specified receipt handle is not valid.');
}
