import { CreateCollectionCommand, DeleteCollectionCommand } from '@aws-sdk/client-rekognition';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Scenario } from '../faults/scenarios.ts';
import type { Stand, Upload } from '../faults/stand.ts';
import { machineArn, machineOfKey } from '../../statemachines/registry.ts';

const collection = ({ account }: Stand) => ({ CollectionId: account.deployment.collection });
const without = ({ rekognition, ...stand }: Stand) =>
  rekognition.send(new DeleteCollectionCommand(collection({ rekognition, ...stand })));
const mend = (stand: Stand) => stand.rekognition.send(new CreateCollectionCommand(collection(stand)));

/** What the scenarios of faults leave out: calls that are only made in odd circumstances. */
export const ODD: readonly Scenario[] = [
  {
    name: 'a photo whose event tells no version, as an unversioned bucket would',
    given: (stand, { pair }) => stand.upload('input/pair.webp', pair),
    when: (stand, { solo }) => plainly(stand, 'input/solo.jpg', solo),
  },
  {
    name: 'an enrolment whose event tells no version',
    when: (stand, { robin }) => plainly(stand, 'enroll/robin.jpg', robin),
  },
  {
    name: 'a photo that is gone',
    when: (stand) => start(stand, { key: 'input/gone.jpg', size: 1000, etag: 'e1' }),
  },
  {
    name: 'an enrolment that is gone',
    when: (stand) => start(stand, { key: 'enroll/gone.jpg', size: 1000, etag: 'e1' }),
  },
  {
    name: 'an enrolment of a picture that has to be converted',
    when: (stand, { pair }) => stand.upload('enroll/pair.webp', pair),
  },
  {
    name: 'an enrolment while the collection is missing',
    when: async (stand, { robin }) => {
      await without(stand);
      await stand.upload('enroll/robin.jpg', robin);
    },
    mend,
  },
  {
    name: 'a photo that is redriven when what was remembered of it has expired',
    when: async (stand, { solo }) => {
      await without(stand);
      await stand.upload('input/solo.jpg', solo);
    },
    mend: async (stand) => {
      await mend(stand);
      const [photo] = stand.uploads;
      const Key = `${photo!.work}detected.json`;
      await stand.s3.send(new DeleteObjectCommand({ Bucket: stand.account.deployment.bucket, Key }));
    },
  },
];

/** Once more and later, by an event without a version. */
async function plainly(stand: Stand, key: string, body: Buffer): Promise<void> {
  const { size, etag } = await stand.upload(key, body);
  await stand.account.idle();
  await start(stand, { key, size, etag });
}

async function start({ sfn, account }: Stand, object: Pick<Upload, 'key' | 'size' | 'etag'>): Promise<void> {
  const { bucket } = account.deployment;
  const detail = { bucket: { name: bucket }, object: { ...object, sequencer: 'F'.repeat(40) } };
  await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(account.deployment, machineOfKey(object.key) ?? ''),
      input: JSON.stringify({ time: '2099-01-01T00:00:00Z', detail }),
    }),
  );
}
