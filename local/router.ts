import type { RequestListener } from 'node:http';
import { callOf, isLambdaUrl, type Intercept, type Service } from './calls.ts';

/** Serves all services on one port: Lambda by its paths, the JSON protocols by X-Amz-Target, and S3 for the rest. */
export function router(
  handlers: Readonly<Record<Service | 'lambda', RequestListener>>,
  intercept: Intercept = (_, serve) => serve,
): RequestListener {
  return (request, response) => {
    // No task invokes a function, so there is nothing to intercept.
    if (isLambdaUrl(request.url ?? '')) return handlers.lambda(request, response);
    const call = callOf(request);
    intercept(call, handlers[call.service])(request, response);
  };
}
