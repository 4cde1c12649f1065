import type { RequestListener } from 'node:http';
import { callOf, type Intercept, type Service } from './calls.ts';

/** One port for all services: the JSON ones are told apart by X-Amz-Target, all else is S3. */
export function router(
  handlers: Readonly<Record<Service, RequestListener>>,
  intercept: Intercept = (_, serve) => serve,
): RequestListener {
  return (request, response) => {
    const call = callOf(request);
    intercept(call, handlers[call.service])(request, response);
  };
}
