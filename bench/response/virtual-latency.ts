import type { VirtualClock } from './clock.ts';
import { invocation, occasionOf, type Invocation } from './invocation.ts';
import { PHOTO_BYTES, S3_MS_PER_BYTE, type LatencyName } from './latencies.ts';

interface Client {
  readonly middlewareStack: {
    add(
      middleware: (next: Next, context: { readonly commandName?: string }) => Next,
      options: { step: 'initialize'; priority: 'high'; name: string },
    ): void;
  };
}
type Next = (call: { input: { Key?: unknown } }) => Promise<{ output: { Body?: Body } }>;
type Body = { transformToByteArray(): Promise<Uint8Array> };

/** A client's calls are served at once, while time stands still, and return when their virtual latency is over. */
export function withVirtualLatency<Of extends object>(client: Of, clock: VirtualClock): Of {
  const { middlewareStack } = client as Client;
  middlewareStack.add(
    (next, { commandName = '' }) =>
      async (call) => {
        const operation = commandName.replace(/Command$/, '');
        const kind = kindOf(operation, String(call.input.Key));
        try {
          return await clock.during(served(next(call)));
        } finally {
          const current = invocation.getStore();
          if (current) await passTime(current, clock, operation, kind);
        }
      },
    { step: 'initialize', priority: 'high', name: 'virtualLatency' },
  );
  return client;
}

/** Reads the body as well, because its bytes come from a socket. */
async function served(answer: ReturnType<Next>): ReturnType<Next> {
  const { output } = await answer;
  if (!output.Body) return { output };
  const bytes = await output.Body.transformToByteArray();
  return { output: { ...output, Body: { transformToByteArray: async () => bytes } } };
}

/** The photo takes time by its bytes, and of the objects that a task writes the crops count for the critical path. */
function kindOf(operation: string, key: string): 'photo' | 'crop' | undefined {
  if (operation === 'GetObject' && key.startsWith('input/')) return 'photo';
  return operation === 'PutObject' && key.startsWith('faces/') ? 'crop' : undefined;
}

async function passTime(
  current: Invocation,
  clock: VirtualClock,
  operation: string,
  kind: ReturnType<typeof kindOf>,
): Promise<void> {
  const { run, state, face } = current;
  const occasion = occasionOf(run, `${state} ${face ?? ''} ${operation}`);
  const milliseconds = run.draw(latencyOf(operation), occasion) + (kind === 'photo' ? PHOTO_BYTES * S3_MS_PER_BYTE : 0);
  const start = clock.now();
  run.spans.push({ state, face, what: kind ? `${operation} ${kind}` : operation, start, end: start + milliseconds });
  await clock.sleep(milliseconds);
}

function latencyOf(operation: string): LatencyName {
  if (operation === 'DetectFaces' || operation === 'SearchFacesByImage') return operation;
  if (/Item$|^Query$|^(Get|Put|Update|Delete)$/.test(operation)) return 'DynamoDB';
  return /^(Put|Delete)Object/.test(operation) ? 'S3Write' : 'S3Read';
}
