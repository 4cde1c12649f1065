import { parentPort, workerData } from 'node:worker_threads';
import { readsOver } from '../../client/deployment/reads-over-port.ts';
import { loopbackTarget } from '../../client/deployment/target.ts';
import { buildCase } from '../../recording/build-case.ts';
import { startDashboard } from '../../web/local/server.ts';
import { countBeforehand } from './count-beforehand.ts';
import type { FromThread, ThreadData } from './messages.ts';

const { account, reads, dataDir, page, ports } = workerData as ThreadData;
const say = (message: FromThread) => parentPort!.postMessage(message, []);

const target = loopbackTarget(account, reads && readsOver(reads));
const dashboard = await startDashboard({
  target,
  dataDir,
  page,
  ports,
  caseOf: (executionArn) => buildCase(target.sfn, executionArn, dataDir),
  report: (error) => say({ kind: 'fault', error }),
});
parentPort!.once('message', async () => {
  await dashboard.close();
  // Clients keep connections open.
  process.exit();
});
say({ kind: 'listening', url: dashboard.url, token: dashboard.token });
// Where every call is to be seen, nobody else makes any.
if (reads) void countBeforehand(dashboard);
