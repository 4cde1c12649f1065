import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { DirectReads } from '../../client/deployment/direct-reads.ts';
import { answerReads } from '../../client/deployment/reads-over-port.ts';
import type { LoopbackAccount } from '../../client/deployment/target.ts';
import { keepIdle } from '../../local/idle-policy.ts';
import type { Dashboard, DashboardOptions } from '../../web/local/server.ts';
import type { FromThread, ThreadData } from './messages.ts';

interface ThreadOptions extends Pick<DashboardOptions, 'dataDir' | 'page' | 'ports' | 'report'> {
  readonly account: LoopbackAccount & { readonly reads?: DirectReads };
}

/**
 * A request makes a megabyte of garbage. With V8's default of 48 MB it was collected six times a second at 100 requests a
 * second, for 5 ms each time: what was under way is still in use then, and is copied.
 */
const YOUNG_GENERATION_MB = 192;

/**
 * The dashboard of an account in this process, on a thread of its own: an answer does not wait for the executions that
 * run, and they do not wait for it.
 */
export async function startDashboardThread({ account, report, ...given }: ThreadOptions): Promise<Dashboard> {
  const { url, credentials, deployment, reads } = account;
  const channel = reads && new MessageChannel();
  if (channel) answerReads(channel.port1, reads);
  const workerData: ThreadData = { account: { url, credentials, deployment }, reads: channel?.port2, ...given };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    name: 'dashboard',
    workerData,
    transferList: channel ? [channel.port2] : [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  const listening = Promise.withResolvers<Omit<Dashboard, 'close'>>();
  let isListening = false;
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'fault') return report(message.error);
    isListening = true;
    listening.resolve(message);
  });
  worker.on('error', (error) => {
    if (isListening) report(new Error('It has ended. Start again to have it back.', { cause: error }));
    else listening.reject(error);
  });
  const exited = once(worker, 'exit');
  // Only the start waits for an error.
  exited.catch(() => {});
  const { url: address, token } = await listening.promise;
  const stopKeeping = keepIdle();
  return {
    url: address,
    token,
    close: async () => {
      stopKeeping();
      worker.postMessage('close', []);
      await exited.catch(() => {});
      channel?.port1.close();
    },
  };
}
