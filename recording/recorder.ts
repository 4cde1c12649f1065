import { appendFileSync, mkdirSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Call, Intercept } from '../local/calls.ts';
import { newTrace, type Invoke } from '../local/lambda/lambda.ts';
import type { RecordedCall } from '../schemas/case.ts';
import { callLogFile, callLogFolder, type CallLogEntry } from './call-log.ts';
import { describeResponse, describeRequest } from './recorded-content.ts';
import { sha256 } from './sha256.ts';

export interface Recorder {
  readonly intercept: Intercept;
  readonly interceptInvoke: (invoke: Invoke) => Invoke;
  /** Resolves when all calls up to now are in their files. */
  flush(): Promise<void>;
}

/**
 * Logs each call of each function with its answer, in one file an execution. A request does not say which execution it
 * belongs to, but it carries the X-Ray trace of the invocation that makes it, as in AWS.
 */
export function startRecorder(dataDir: string): Recorder {
  mkdirSync(callLogFolder(dataDir), { recursive: true });
  const invocations = new Map<string, Omit<CallLogEntry, 'call'> & { readonly file: string }>();
  let written: Promise<unknown> = Promise.resolve();
  return {
    flush: async () => void (await written),
    interceptInvoke:
      (invoke) =>
      async (functionArn, payload, trace = newTrace()) => {
        const execution = executionOf(payload);
        if (execution === undefined) return invoke(functionArn, payload, trace);
        const name = functionArn.split(':').at(-1) ?? functionArn;
        const input = sha256(JSON.stringify(payload));
        invocations.set(trace, { trace, function: name, input, file: callLogFile(dataDir, execution) });
        try {
          return await invoke(functionArn, payload, trace);
        } finally {
          invocations.delete(trace);
        }
      },
    intercept: (call, serve) => (request, response) => {
      const invocation = invocations.get(String(request.headers['x-amzn-trace-id']));
      if (!invocation) return serve(request, response);
      const { file, ...invoked } = invocation;
      recordCall(call, serve, request, response, (recorded) => {
        const write = async () => {
          const line: CallLogEntry = { ...invoked, call: await recorded };
          appendFileSync(file, `${JSON.stringify(line)}\n`);
        };
        written = written.then(write, write);
      });
    },
  };
}

/** Each task's input names its execution; record-failure's event names the one that failed. */
function executionOf(payload: unknown): string | undefined {
  const { execution_arn, photo, enrolment, detail } = payload as {
    readonly [field: string]: Record<string, string> | undefined;
  };
  const found = execution_arn ?? photo?.['execution_arn'] ?? enrolment?.['execution_arn'] ?? detail?.['executionArn'];
  return typeof found === 'string' ? found : undefined;
}

/** Serves the call, and reports it with its answer when it is over. */
function recordCall(
  call: Call,
  serve: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
  report: (recorded: Promise<RecordedCall>) => void,
): void {
  const [requestBody, responseBody] = [captureRequestBody(request), captureResponseBody(response)];
  const { service, operation } = call;
  const recorded = async (): Promise<RecordedCall> => ({
    service,
    operation,
    request: await describeRequest(call, request, requestBody()),
    ...(await describeResponse(call, response, responseBody())),
  });
  let reported = false;
  for (const end of ['finish', 'close']) {
    response.once(end, () => {
      if (!reported) report(recorded());
      reported = true;
    });
  }
  serve(request, response);
}

/** Copies the chunks as they are pushed into the request, so that its handler may read it in any way. */
export function captureRequestBody(request: IncomingMessage): () => Buffer {
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (chunk) chunks.push(chunk);
    return push(chunk, encoding);
  };
  return () => Buffer.concat(chunks);
}

function captureResponseBody(response: ServerResponse): () => Buffer {
  const chunks: Buffer[] = [];
  const capture = (chunk: unknown) => {
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) chunks.push(Buffer.from(chunk));
  };
  const [write, end] = [response.write.bind(response), response.end.bind(response)];
  response.write = ((...given: Parameters<typeof write>) => {
    capture(given[0]);
    return write(...given);
  }) as typeof write;
  response.end = ((...given: Parameters<typeof end>) => {
    capture(given[0]);
    return end(...given);
  }) as typeof end;
  return () => Buffer.concat(chunks);
}
