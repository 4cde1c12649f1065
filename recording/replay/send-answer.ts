import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from '../../local/calls.ts';
import { readBody, send } from '../../local/http.ts';
import type { RecordedCall } from '../../schemas/case.ts';

export type ServiceAnswer = Pick<RecordedCall, 'answer' | 'error'>;

/** Answers a call in place of its service, in the service's protocol. */
export async function sendAnswer(
  { service, operation }: Call,
  request: IncomingMessage,
  response: ServerResponse,
  { answer = {}, error }: ServiceAnswer,
): Promise<void> {
  await readBody(request, response);
  if (error?.name === 'NetworkError') return void request.socket.resetAndDestroy();
  const status = !error ? 200 : /Internal|Unavailable|SlowDown/.test(error.name) ? 503 : 400;
  if (service === 's3' && error) {
    const xml = `<Error><Code>${error.name}</Code><Message>${error.message}</Message></Error>`;
    return send(response, status, { 'content-type': 'application/xml' }, operation.startsWith('Head') ? '' : xml);
  }
  const json = error ? { __type: error.name, message: error.message } : answer;
  send(response, status, { 'content-type': 'application/x-amz-json-1.1' }, JSON.stringify(json));
}
