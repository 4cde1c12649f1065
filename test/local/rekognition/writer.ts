import { Collections } from '../../../local/rekognition/collections.ts';
import { openStore } from '../../../local/store.ts';
import { aFace, AT, id, vector } from './service.ts';

// A separate process that changes a collection, reports it, and waits to be killed.
const collections = await Collections.open(await openStore(process.argv[2]!), () => AT);
await collections.putRecord({ id: 'crew', createdAt: AT.getTime(), tags: { stage: 'dev' } });
await collections.putFaces(
  'crew',
  [1, 2, 3].map((n) => ({ face: aFace(n), vector: vector(n, 1) })),
);
await collections.putUser('crew', 'ann', new Set([id(1), id(2)]));
await collections.removeFaces('crew', [id(3)]);
process.stdout.write('written\n');
setInterval(() => {}, 1000);
