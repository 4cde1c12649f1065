import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { BodyRefused, readBody, send } from './http.ts';

/** An error that the SDK turns into the service's own class: `{"__type": name, "message": …}`. */
export class ServiceError extends Error {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, status = 400, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.fields = fields;
  }
}

export type Operation = (input: Record<string, unknown>) => Promise<unknown>;

/**
 * AWS JSON protocol: `POST /` with `X-Amz-Target: <prefix>.<Operation>`.
 * A ServiceError becomes the answer. Any other error becomes an InternalServerError and is reported.
 */
export function awsJson(options: {
  version: '1.0' | '1.1';
  operations: Readonly<Record<string, Operation>>;
  report?: (error: unknown, operation: string) => void;
}): RequestListener {
  const headers = { 'content-type': `application/x-amz-json-${options.version}` };
  return (request, response) => {
    const name =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const answer = async () => {
      const body = await readBody(request, response);
      const operation = Object.hasOwn(options.operations, name) ? options.operations[name] : undefined;
      if (request.method !== 'POST' || !operation) {
        throw new ServiceError('UnknownOperationException', `Unknown operation: ${name || '(no X-Amz-Target)'}`);
      }
      return (await operation(parse(body))) ?? {};
    };
    answer().then(
      (value) => send(response, 200, { ...headers, 'x-amzn-requestid': randomUUID() }, JSON.stringify(value)),
      (error: unknown) => {
        const known = error instanceof ServiceError || error instanceof BodyRefused;
        if (!known) options.report?.(error, name);
        const body = known
          ? { __type: error.name, message: error.message, ...('fields' in error && error.fields) }
          : { __type: 'InternalServerError', message: error instanceof Error ? error.message : String(error) };
        const status = known ? error.status : 500;
        send(response, status, { ...headers, 'x-amzn-requestid': randomUUID() }, JSON.stringify(body));
      },
    );
  };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString() || '{}') as Record<string, unknown>;
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
}
