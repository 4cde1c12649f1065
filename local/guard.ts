import type { IncomingMessage, RequestListener } from 'node:http';
import { isSameKey, signerOf } from './access-key.ts';
import { callOf, isLambdaUrl } from './calls.ts';
import { xmlErrorDocument } from './s3/xml.ts';

/** `bucket.localhost` is for virtual-hosted-style requests. RFC 6761 reserves .localhost for the loopback address. */
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9.-]+\.)?localhost)$/;
/** Requests of a page of this very address, and addresses that the user typed. */
const OWN_SITES: readonly unknown[] = [undefined, 'same-origin', 'none'];

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
export function guard(serve: RequestListener, door: { port: number; key?: string }): RequestListener {
  return (request, response) => {
    const refusal = whyRefused(request, door);
    if (!refusal) return serve(request, response);
    const { headers, body } = describeRefusal(refusal, request);
    response.writeHead(403, headers).end(body);
  };
}

function whyRefused(request: IncomingMessage, { port, key }: { port: number; key?: string }): Refusal | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = request.headers;
  const name = host.toLowerCase().replace(new RegExp(`:${port}$`), '');
  if (!LOOPBACK_HOST.test(name) || (name === host.toLowerCase() && port !== 80)) {
    return denied(`Host must be 127.0.0.1, localhost or [::1], with port ${port}.`);
  }
  if (origin !== undefined && origin !== `http://${host}`) return denied('Requests of web pages are refused.');
  if (!OWN_SITES.includes(site)) return denied('Requests of other sites are refused.');
  if (key === undefined || isSameKey(signerOf(request).key, key)) return undefined;
  return {
    codes: ['UnrecognizedClientException', 'InvalidAccessKeyId'],
    message: "The access key is not that of this account's present start. rollcall env prints it.",
  };
}

const denied = (message: string): Refusal => ({ codes: ['AccessDeniedException', 'AccessDenied'], message });

function describeRefusal({ codes: [json, s3], message }: Refusal, request: IncomingMessage) {
  if (callOf(request).service === 's3' && !isLambdaUrl(request.url ?? '')) {
    return { headers: { 'content-type': 'application/xml' }, body: xmlErrorDocument({ Code: s3, Message: message }) };
  }
  const headers = { 'content-type': 'application/json', 'x-amzn-errortype': json };
  return { headers, body: JSON.stringify({ __type: json, message }) };
}
