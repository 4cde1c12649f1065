import type { LambdaEvent } from 'hono/aws-lambda';
import { PATH_HEADER } from '../../schemas/dashboard.ts';

/** Of an HTTP API, payload format 2.0. */
export type HttpApiEvent = Extract<LambdaEvent, { readonly rawPath: string }>;

/**
 * The event with the path that was asked for. An HTTP API decodes it (also in `rawPath`, against its name), so that the
 * slashes in a photo's id could not be told from those of the address. CloudFront passes the path on as it came.
 */
export function withAskedPath(event: HttpApiEvent): HttpApiEvent {
  const asked = event.headers[PATH_HEADER];
  return { ...event, rawPath: asked?.startsWith('/') ? asked : encoded(event.rawPath) };
}

const encoded = (path: string) => encodeURI(path.toWellFormed()).replaceAll('?', '%3F').replaceAll('#', '%23');
