import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guard } from './guard.ts';

export interface Listening {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** What a connection may take. Unit: milliseconds and bytes. */
const LIMITS = {
  keepAliveTimeout: 60_000,
  headersTimeout: 10_000,
  /** For 5 GB, the largest body, to a slow disk. */
  requestTimeout: 600_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
};
/** More than all clients of all functions open, and fewer than the open files that most systems allow. */
const MAX_CONNECTIONS = 4096;
/** Longer than any call is silent: an invocation may take 15 minutes. */
const SILENCE_MS = 20 * 60_000;

/** The largest body of a JSON protocol: two inline pictures of 5 MB in Base64, or a BatchWriteItem of 16 MB. */
const MAX_BODY_BYTES = 16 * 2 ** 20;
/** All such bodies together, of requests that are not answered yet. */
const MAX_HELD_BYTES = 256 * 2 ** 20;
let heldBytes = 0;

/** Serves one request handler on loopback. Port 0 takes a free one. With a key, access keys must contain it. */
export const listen = (
  handler: RequestListener,
  { port = 0, key }: { port?: number; key?: string } = {},
): Promise<Listening> => listenOn(port, (bound) => guard(handler, { port: bound, ...(key !== undefined && { key }) }));

/** The same with a guard of one's own: whoever serves has to refuse what is not from this machine. */
export async function listenOn(port: number, handlerFor: (port: number) => RequestListener): Promise<Listening> {
  const host = '127.0.0.1';
  const server = createServer(LIMITS);
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(SILENCE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  server.on('request', handlerFor(bound));
  return {
    url: `http://${host}:${bound}`,
    port: bound,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Keep-alive sockets of SDK clients would hold the server open for a minute.
      setTimeout(() => server.closeAllConnections(), 500).unref();
      await closed;
    },
  };
}

/** A body that is too large, or that there is no room for now. */
export class BodyRefused extends Error {
  readonly status: number;

  constructor(name: string, message: string, status: number) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** Reads a whole body into memory, within the limits. It counts as held until the response is closed. */
export async function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer> {
  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  response.once('close', () => (heldBytes -= size));
  try {
    // A body refused half way must leave the socket open, so that the error response can be sent.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const { length } = chunk as Buffer;
      if (size + length > MAX_BODY_BYTES) throw tooLarge();
      // The SDKs try again after a 503.
      if (heldBytes + length > MAX_HELD_BYTES)
        throw new BodyRefused('ServiceUnavailable', 'Too many large requests.', 503);
      size += length;
      heldBytes += length;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    // An unread rest of the body would stall the connection.
    request.resume();
    throw error;
  }
  return Buffer.concat(chunks);
}

const tooLarge = () =>
  new BodyRefused('RequestEntityTooLargeException', `A request must have at most ${MAX_BODY_BYTES} bytes.`, 413);

export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer = '',
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
