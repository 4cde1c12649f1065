import type { RequestListener } from 'node:http';
import { TokenBucket } from '../../bench/burst/token-bucket.ts';
import type { PaidOperation } from '../../schemas/quotas.ts';

interface Use {
  answered: number;
  throttled: number;
}

/** Calls at once that the lowest of Rekognition's quotas allows, 5 a second, with a burst of one second. */
const CALLS_AT_ONCE = 5;

/** Quotas in front of the local Rekognition, which has none: calls a second. */
export class Quotas {
  /** Since the last reset. */
  readonly use: Partial<Record<string, Use>> = {};
  readonly #buckets: ReadonlyMap<string, TokenBucket>;

  constructor(rates: Partial<Readonly<Record<PaidOperation, number>>>) {
    const buckets = Object.entries(rates).map(
      ([operation, rate]) => [operation, new TokenBucket(CALLS_AT_ONCE, rate)] as const,
    );
    this.#buckets = new Map(buckets);
  }

  reset(): void {
    for (const operation of Object.keys(this.use)) delete this.use[operation];
  }

  limit(handler: RequestListener): RequestListener {
    return (request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const bucket = this.#buckets.get(operation);
      if (!bucket) {
        handler(request, response);
        return;
      }
      const use = (this.use[operation] ??= { answered: 0, throttled: 0 });
      if (bucket.take(performance.now())) {
        use.answered += 1;
        handler(request, response);
        return;
      }
      use.throttled += 1;
      request.resume();
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: 'ProvisionedThroughputExceededException', message: 'Slow down.' }));
    };
  }
}
