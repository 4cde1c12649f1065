import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEvents } from '../../../local/events/bus.ts';
import { listen } from '../../../local/http.ts';
import { startS3 } from '../../../local/s3/server.ts';
import { openStore } from '../../../local/store.ts';
import { EVERY_OBJECT } from './every-object.ts';

/** S3 and the event bus over one store. Writes each delivery as a line of `deliveries`. Run by the kill test. */
const folder = process.argv[2] ?? '';
const store = await openStore(join(folder, 'store'));
const bus = await startEvents({
  store,
  region: 'us-east-1',
  accountId: '123456789012',
  deliver: {
    states: async ({ event }) => appendFileSync(join(folder, 'deliveries'), `${JSON.stringify(event.detail)}\n`),
  },
  deadLetter: async () => {},
});
const s3 = await startS3({ store, folder: join(folder, 'blobs'), deliver: (event) => bus.put(event) });
await s3.createBucket({ name: 'versioned', versioning: true, eventBridge: true, expirations: [] });
await s3.createBucket({ name: 'plain', versioning: false, eventBridge: true, expirations: [] });
bus.setRules([EVERY_OBJECT]);
const { url } = await listen(s3.handler);
console.log(url);
