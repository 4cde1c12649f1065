import type { IncomingMessage, RequestListener } from 'node:http';
import { isSameKey, signerOf } from './access-key.ts';
import { callOf, isLambdaUrl } from './calls.ts';
import { xmlErrorDocument } from './s3/xml.ts';

/** `bucket.localhost` is for virtual-hosted-style requests. RFC 6761 reserves .localhost for the loopback address. */
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9.-]+\.)?localhost)$/;
/** Requests of a page of this very address, and addresses that the user typed. */
const OWN_SITES: readonly unknown[] = [undefined, 'same-origin', 'none'];

interface Door {
  readonly port: number;
  readonly key?: string;
}

interface Refusal {
  /** The code that AWS would answer with, for JSON protocols and for S3. */
  readonly codes: readonly [json: string, s3: string];
  readonly message: string;
}

/**
 * Stands in front of every service. Programs of other users and pages in the user's browser reach loopback too: pages by
 * a plain form or, with a name of their own that resolves to 127.0.0.1, by DNS rebinding. Without a key, any access key
 * is accepted.
 */
export function guard(serve: RequestListener, door: Door): RequestListener {
  return (request, response) => {
    const refusal = whyRefused(request, door);
    if (!refusal) return serve(request, response);
    const { headers, body } = describeRefusal(refusal, request);
    response.writeHead(403, headers).end(body);
  };
}

/** Why a request is not from a program of this machine, nor from a page of this very address. */
export function whyForeign({ headers }: IncomingMessage, port: number): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  const name = host.toLowerCase().replace(new RegExp(`:${port}$`), '');
  if (!LOOPBACK_HOST.test(name) || (name === host.toLowerCase() && port !== 80)) {
    return `Host must be 127.0.0.1, localhost or [::1], with port ${port}.`;
  }
  if (origin !== undefined && origin !== `http://${host}`) return 'Requests of web pages are refused.';
  if (!OWN_SITES.includes(site)) return 'Requests of other sites are refused.';
  return undefined;
}

function whyRefused(request: IncomingMessage, { port, key }: Door): Refusal | undefined {
  const foreign = whyForeign(request, port);
  if (foreign !== undefined) return { codes: ['AccessDeniedException', 'AccessDenied'], message: foreign };
  if (key === undefined || isSameKey(signerOf(request).key, key)) return undefined;
  return {
    codes: ['UnrecognizedClientException', 'InvalidAccessKeyId'],
    message: "The access key is not that of this account's present start. rollcall env prints it.",
  };
}

function describeRefusal({ codes: [json, s3], message }: Refusal, request: IncomingMessage) {
  if (callOf(request).service === 's3' && !isLambdaUrl(request.url ?? '')) {
    return { headers: { 'content-type': 'application/xml' }, body: xmlErrorDocument({ Code: s3, Message: message }) };
  }
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': json };
  return { headers, body: JSON.stringify({ __type: json, message }) };
}
