import { once } from 'node:events';
import { ServerResponse, type IncomingMessage, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Call, Intercept } from '../../local/calls.ts';
import { readBody } from '../../local/http.ts';
import { refuse, type Fault } from './fault-kinds.ts';

/** A call of a task's code: what the SDK sends again by itself is the same call. */
export interface TaskCall {
  readonly task: string;
  readonly service: Call['service'];
  readonly operation: string;
  /** From 0: which of the task's calls of this operation. */
  readonly nth: number;
}

/** A request that a service has carried out. */
export interface CompletedCall extends TaskCall {
  /** What was asked: operation, address and body. */
  readonly request: string;
}

export interface ArmedFault {
  readonly fault: Fault;
  /** Whether it strikes this request: the call's first attempt is 1. */
  readonly meets: (call: TaskCall, attempt: number) => boolean;
}

export const nameOf = ({ task, service, operation, nth }: TaskCall) => `${task} ${service}.${operation} #${nth + 1}`;

/** The fault in this very call, and as long as it lasts. */
export function faultInCall(target: TaskCall, fault: Fault): ArmedFault {
  const meets = (call: TaskCall, attempt: number) => {
    const same = call.task === target.task && call.service === target.service && call.operation === target.operation;
    if (!same) return false;
    if (fault.lasts === 'until lifted') return call.nth >= target.nth;
    return call.nth === target.nth && (fault.lasts === 'one call' || attempt === 1);
  };
  return { fault, meets };
}

/** Between the tasks and the services: writes down each call, and does to one of them what it was armed for. */
export class Injector {
  /** In the order of their first requests. */
  calls: TaskCall[] = [];
  completed: CompletedCall[] = [];
  hits = 0;
  #byInvocation = new Map<string, TaskCall>();
  #armed: ArmedFault | undefined;
  readonly #crash: (functionName: string) => Promise<void>;

  constructor(crash: (functionName: string) => Promise<void>) {
    this.#crash = crash;
  }

  /** Forgets all, and from now on does this. */
  arm(armed?: ArmedFault): void {
    this.calls = [];
    this.completed = [];
    this.hits = 0;
    this.#byInvocation = new Map();
    this.#armed = armed;
  }

  /** The service is well again. */
  disarm(): void {
    this.#armed = undefined;
  }

  readonly intercept: Intercept = (call, serve) => (request, response) => {
    if (!call.caller.startsWith('rollcall-')) return serve(request, response);
    const mine = this.#callOf(call, request);
    const fault = this.#armed?.meets(mine, attemptOf(request)) ? this.#armed.fault : undefined;
    if (!fault) return this.#serve(mine, serve, request, response);
    this.hits += 1;
    void this.#applyFault(fault, mine, { call, serve, request, response });
  };

  #callOf({ caller, service, operation }: Call, request: IncomingMessage): TaskCall {
    const invocation = String(request.headers['amz-sdk-invocation-id']);
    const known = this.#byInvocation.get(invocation);
    if (known) return known;
    const task = caller.slice('rollcall-'.length);
    const same = this.calls.filter(
      (one) => one.task === task && one.operation === operation && one.service === service,
    );
    const made = { task, service, operation, nth: same.length };
    this.calls.push(made);
    this.#byInvocation.set(invocation, made);
    return made;
  }

  async #applyFault(
    fault: Fault,
    mine: TaskCall,
    {
      call,
      serve,
      request,
      response,
    }: { call: Call; serve: RequestListener; request: IncomingMessage; response: ServerResponse },
  ): Promise<void> {
    if (fault.afterEffect) await this.#serveWithoutAnswer(mine, serve, request);
    else await readBody(request).catch(() => {});
    if (fault.what === 'throttle' || fault.what === 'fail') refuse(call, fault.what, response);
    else if (fault.what === 'reset') request.socket.resetAndDestroy();
    else if (fault.what === 'crash') await this.#crash(call.caller);
    // What is left is silence: the function waits until its time is out.
  }

  #serve(mine: TaskCall, serve: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    const asked = askedOf(request);
    response.once('finish', () => void this.#recordCompleted(mine, asked, response.statusCode));
    serve(request, response);
  }

  /** Carries the call out, and lets nobody have the answer. */
  async #serveWithoutAnswer(mine: TaskCall, serve: RequestListener, request: IncomingMessage): Promise<void> {
    const nowhere = new ServerResponse(request);
    nowhere.assignSocket(new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() }) as Socket);
    const asked = askedOf(request);
    serve(request, nowhere);
    await once(nowhere, 'finish');
    await this.#recordCompleted(mine, asked, nowhere.statusCode);
  }

  async #recordCompleted(mine: TaskCall, asked: () => string, status: number): Promise<void> {
    if (status < 400) this.completed.push({ ...mine, request: asked() });
  }
}

/** Listens to a request's body beside the service. */
function askedOf(request: IncomingMessage): () => string {
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (chunk) chunks.push(chunk);
    return push(chunk, encoding);
  };
  const address = `${request.method} ${request.url} ${String(request.headers['x-amz-target'] ?? '')}`;
  return () => `${address} ${Buffer.concat(chunks).toString('latin1')}`;
}

/** `attempt=2; max=3` */
const attemptOf = (request: IncomingMessage) =>
  Number(/attempt=(\d+)/.exec(String(request.headers['amz-sdk-request']))?.[1] ?? 1);
