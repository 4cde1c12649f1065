import { appendFileSync, mkdirSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { RecordedCall } from '../schemas/case.ts';
import type { Call, Intercept } from '../local/calls.ts';
import { newTrace, type Invoke } from '../local/lambda/lambda.ts';
import { recordFile, recordFolder, sha256, type RecordLine } from './record-file.ts';
import { answerOf, requestOf } from './recorded-content.ts';

export interface Recorder {
  readonly intercept: Intercept;
  readonly interceptInvoke: (invoke: Invoke) => Invoke;
  /** Resolves when all that was heard so far is in its file. */
  written(): Promise<void>;
}

/**
 * Writes down each call of each function with its answer, in one file an execution. A request does not say which
 * execution it belongs to, but it carries the X-Ray trace of the invocation that makes it, as in the cloud.
 */
export function startRecorder(dataDir: string): Recorder {
  mkdirSync(recordFolder(dataDir), { recursive: true });
  const invocations = new Map<string, Omit<RecordLine, 'call'> & { readonly file: string }>();
  let written: Promise<unknown> = Promise.resolve();
  return {
    written: async () => void (await written),
    interceptInvoke:
      (invoke) =>
      async (functionArn, payload, trace = newTrace()) => {
        const execution = executionOf(payload);
        if (execution === undefined) return invoke(functionArn, payload, trace);
        const name = functionArn.split(':').at(-1) ?? functionArn;
        const input = sha256(JSON.stringify(payload));
        invocations.set(trace, { trace, function: name, input, file: recordFile(dataDir, execution) });
        try {
          return await invoke(functionArn, payload, trace);
        } finally {
          invocations.delete(trace);
        }
      },
    intercept: (call, serve) => (request, response) => {
      const invocation = invocations.get(String(request.headers['x-amzn-trace-id']));
      if (!invocation) return serve(request, response);
      const { file, ...about } = invocation;
      listen(call, serve, request, response, (recorded) => {
        const write = async () => {
          const line: RecordLine = { ...about, call: await recorded };
          appendFileSync(file, `${JSON.stringify(line)}\n`);
        };
        written = written.then(write, write);
      });
    },
  };
}

/** Each task is told for which execution it works, and record-failure which one failed. */
function executionOf(payload: unknown): string | undefined {
  const { execution_arn, photo, enrolment, detail } = payload as {
    readonly [field: string]: Record<string, string> | undefined;
  };
  const found = execution_arn ?? photo?.['execution_arn'] ?? enrolment?.['execution_arn'] ?? detail?.['executionArn'];
  return typeof found === 'string' ? found : undefined;
}

/** Serves the call, and tells of it when it is over. */
function listen(
  call: Call,
  serve: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
  tell: (recorded: Promise<RecordedCall>) => void,
): void {
  const [asked, answered] = [bodyOfRequest(request), bodyOfResponse(response)];
  const { service, operation } = call;
  const recorded = async (): Promise<RecordedCall> => ({
    service,
    operation,
    request: await requestOf(call, request, asked()),
    ...(await answerOf(call, response, answered())),
  });
  let told = false;
  for (const end of ['finish', 'close']) {
    response.once(end, () => {
      if (!told) tell(recorded());
      told = true;
    });
  }
  serve(request, response);
}

/** What arrives is pushed into the request: heard there, it reaches its reader whichever way that reads. */
export function bodyOfRequest(request: IncomingMessage): () => Buffer {
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (chunk) chunks.push(chunk);
    return push(chunk, encoding);
  };
  return () => Buffer.concat(chunks);
}

function bodyOfResponse(response: ServerResponse): () => Buffer {
  const chunks: Buffer[] = [];
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) chunks.push(Buffer.from(chunk));
  };
  const [write, end] = [response.write.bind(response), response.end.bind(response)];
  response.write = ((...given: Parameters<typeof write>) => {
    keep(given[0]);
    return write(...given);
  }) as typeof write;
  response.end = ((...given: Parameters<typeof end>) => {
    keep(given[0]);
    return end(...given);
  }) as typeof end;
  return () => Buffer.concat(chunks);
}
