import { once } from 'node:events';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** A request with exactly these headers, even those that fetch and the SDKs would not send. */
export async function sendRaw(
  url: string,
  { method = 'GET', path = '/', headers = {}, body }: RawRequest,
): Promise<{ status: number; body: string }> {
  const outgoing = request(url, { method, path, headers, agent: false });
  // The server may answer, and close, before it has read the body.
  outgoing.on('error', () => {});
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
}

/** An Authorization header as the SDKs send it. Nobody checks the signature. */
export const signedBy = (accessKeyId: string, service = 's3') =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260301/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
