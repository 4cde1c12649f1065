import { parentPort } from 'node:worker_threads';
import type { WorkerMessage } from '../../../local/rekognition/engine/pool.ts';
import type { Job } from '../../../local/rekognition/engine/types.ts';

// An engine that exits on a picture whose first byte is 13, and returns the first byte of any other.
parentPort!.on('message', ({ picture }: Job) => {
  const [first] = picture;
  if (first === 13) process.exit(13);
  parentPort!.postMessage(
    { kind: 'done', analysis: { faces: [], width: first!, height: 1 } } satisfies WorkerMessage,
    [],
  );
});
parentPort!.postMessage({ kind: 'ready' } satisfies WorkerMessage, []);
