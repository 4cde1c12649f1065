import { parentPort } from 'node:worker_threads';
import { goLast } from '../../background.ts';
import { analyze } from './analyze.ts';
import { loadModels } from './models.ts';
import type { WorkerMessage } from './pool.ts';
import { type Job, RefusedPicture } from './types.ts';

// One engine on its own thread. The pool sends it one job at a time.
goLast();
const models = await loadModels();

parentPort!.on('message', (job: Job) => {
  void analyze(models, job)
    .then(
      (analysis): WorkerMessage => ({ kind: 'done', analysis }),
      (error: unknown): WorkerMessage =>
        error instanceof RefusedPicture
          ? { kind: 'refused', refusal: error.refusal, message: error.message }
          : { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) },
    )
    .then((answer) => parentPort!.postMessage(answer, []));
});

parentPort!.postMessage({ kind: 'ready' } satisfies WorkerMessage, []);
