import type { RequestListener } from 'node:http';
import { callOf, type Intercept, type Service } from './calls.ts';
import { isLambdaUrl } from './lambda/server.ts';

/** One port for all services: Lambda has its own paths, the JSON ones are told apart by X-Amz-Target, all else is S3. */
export function router(
  handlers: Readonly<Record<Service | 'lambda', RequestListener>>,
  intercept: Intercept = (_, serve) => serve,
): RequestListener {
  return (request, response) => {
    // No task calls a function: there is nothing to intercept.
    if (isLambdaUrl(request.url ?? '')) return handlers.lambda(request, response);
    const call = callOf(request);
    intercept(call, handlers[call.service])(request, response);
  };
}
