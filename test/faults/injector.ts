import { once } from 'node:events';
import { ServerResponse, type IncomingMessage, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Call, Intercept } from '../../local/calls.ts';
import { readBody } from '../../local/http.ts';
import { captureRequestBody } from '../../recording/recorder.ts';
import { refuse, type Fault } from './fault-kinds.ts';

/** A call by a task's code. The SDK's retries belong to the same call. */
export interface TaskCall {
  readonly task: string;
  readonly service: Call['service'];
  readonly operation: string;
  /** The number of the call among the task's calls of this operation, from 0. */
  readonly nth: number;
}

/** A request that a service has carried out. */
export interface CompletedCall extends TaskCall {
  /** Method, address, operation and body. */
  readonly request: string;
}

export interface ArmedFault {
  readonly fault: Fault;
  /** Whether the fault hits this request. The first attempt of a call is 1. */
  readonly hits: (call: TaskCall, attempt: number) => boolean;
}

export const nameOf = ({ task, service, operation, nth }: TaskCall) => `${task} ${service}.${operation} #${nth + 1}`;

/** Injects the fault into this call, and into later ones if it lasts. */
export function faultInCall(target: TaskCall, fault: Fault): ArmedFault {
  const hits = (call: TaskCall, attempt: number) => {
    const same = call.task === target.task && call.service === target.service && call.operation === target.operation;
    if (!same) return false;
    if (fault.lasts === 'until disarmed') return call.nth >= target.nth;
    return call.nth === target.nth && (fault.lasts === 'one call' || attempt === 1);
  };
  return { fault, hits };
}

/** Stands between the tasks and the services: notes each call, and injects the fault that it is armed with. */
export class Injector {
  /** In the order of their first requests. */
  calls: TaskCall[] = [];
  /** The calls that a fault can hit: those before `disarm`. A redrive after it can make more. */
  reachable: TaskCall[] = [];
  completed: CompletedCall[] = [];
  hits = 0;
  #byInvocation = new Map<string, TaskCall>();
  #armed: ArmedFault | undefined;
  #disarmed = false;
  readonly #crash: (functionName: string) => Promise<void>;

  constructor(crash: (functionName: string) => Promise<void>) {
    this.#crash = crash;
  }

  /** Forgets all calls, and injects this fault from now on, or none. */
  arm(armed?: ArmedFault): void {
    this.calls = [];
    this.reachable = [];
    this.completed = [];
    this.hits = 0;
    this.#byInvocation = new Map();
    this.#armed = armed;
    this.#disarmed = false;
  }

  /** Injects no more faults, and keeps the calls. */
  disarm(): void {
    this.#armed = undefined;
    this.#disarmed = true;
  }

  readonly intercept: Intercept = (call, serve) => (request, response) => {
    if (!call.caller.startsWith('rollcall-')) return serve(request, response);
    const taskCall = this.#callOf(call, request);
    const fault = this.#armed?.hits(taskCall, attemptOf(request)) ? this.#armed.fault : undefined;
    if (!fault) return this.#serve(taskCall, serve, request, response);
    this.hits += 1;
    void this.#applyFault(fault, taskCall, { call, serve, request, response });
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
    if (!this.#disarmed) this.reachable.push(made);
    this.#byInvocation.set(invocation, made);
    return made;
  }

  async #applyFault(
    fault: Fault,
    taskCall: TaskCall,
    {
      call,
      serve,
      request,
      response,
    }: { call: Call; serve: RequestListener; request: IncomingMessage; response: ServerResponse },
  ): Promise<void> {
    if (fault.afterEffect) await this.#serveWithoutAnswer(taskCall, serve, request);
    else await readBody(request, response).catch(() => {});
    if (fault.what === 'throttle' || fault.what === 'fail') refuse(call, fault.what, response);
    else if (fault.what === 'reset') request.socket.resetAndDestroy();
    else if (fault.what === 'crash') await this.#crash(call.caller);
    // After 'no answer' the function waits until it times out.
  }

  #serve(taskCall: TaskCall, serve: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    const description = describe(request);
    response.once('finish', () => this.#recordCompleted(taskCall, description(), response.statusCode));
    serve(request, response);
  }

  /** Lets the service carry the call out, and drops the answer. */
  async #serveWithoutAnswer(taskCall: TaskCall, serve: RequestListener, request: IncomingMessage): Promise<void> {
    const dropped = new ServerResponse(request);
    dropped.assignSocket(new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() }) as Socket);
    const description = describe(request);
    serve(request, dropped);
    await once(dropped, 'finish');
    this.#recordCompleted(taskCall, description(), dropped.statusCode);
  }

  #recordCompleted(taskCall: TaskCall, request: string, status: number): void {
    if (status < 400) this.completed.push({ ...taskCall, request });
  }
}

/** Gives CompletedCall.request when the service has read the request. */
function describe(request: IncomingMessage): () => string {
  const body = captureRequestBody(request);
  const address = `${request.method} ${request.url} ${String(request.headers['x-amz-target'] ?? '')}`;
  return () => `${address} ${body().toString('latin1')}`;
}

/** `attempt=2; max=3` */
const attemptOf = (request: IncomingMessage) =>
  Number(/attempt=(\d+)/.exec(String(request.headers['amz-sdk-request']))?.[1] ?? 1);
