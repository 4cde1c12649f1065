import { CreateCollectionCommand, DeleteCollectionCommand } from '@aws-sdk/client-rekognition';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Scenario } from '../support/scenarios.ts';
import type { FaultAccount, Upload } from '../faults/fault-account.ts';
import { machineArn, machineOfKey } from '../../statemachines/registry.ts';

const collection = ({ account }: FaultAccount) => ({ CollectionId: account.deployment.collection });
const deleteCollection = ({ rekognition, ...stand }: FaultAccount) =>
  rekognition.send(new DeleteCollectionCommand(collection({ rekognition, ...stand })));
const createCollection = (stand: FaultAccount) =>
  stand.rekognition.send(new CreateCollectionCommand(collection(stand)));

/** What the scenarios of faults leave out: calls that are only made in odd circumstances. */
export const UNUSUAL_SCENARIOS: readonly Scenario[] = [
  {
    name: 'a photo whose event tells no version, as an unversioned bucket would',
    given: (stand, { pair }) => stand.upload('input/pair.webp', pair),
    when: (stand, { solo }) => uploadAndStartUnversioned(stand, 'input/solo.jpg', solo),
  },
  {
    name: 'an enrolment whose event tells no version',
    when: (stand, { robin }) => uploadAndStartUnversioned(stand, 'enroll/robin.jpg', robin),
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
      await deleteCollection(stand);
      await stand.upload('enroll/robin.jpg', robin);
    },
    repair: createCollection,
  },
  {
    name: 'a photo that is redriven when what was remembered of it has expired',
    when: async (stand, { solo }) => {
      await deleteCollection(stand);
      await stand.upload('input/solo.jpg', solo);
    },
    repair: async (stand) => {
      await createCollection(stand);
      const [photo] = stand.uploads;
      const Key = `${photo!.work}detected.json`;
      await stand.s3.send(new DeleteObjectCommand({ Bucket: stand.account.deployment.bucket, Key }));
    },
  },
];

/** Once more and later, by an event without a version. */
async function uploadAndStartUnversioned(stand: FaultAccount, key: string, body: Buffer): Promise<void> {
  const { size, etag } = await stand.upload(key, body);
  await stand.account.idle();
  await start(stand, { key, size, etag });
}

async function start({ sfn, account }: FaultAccount, object: Pick<Upload, 'key' | 'size' | 'etag'>): Promise<void> {
  const { bucket } = account.deployment;
  const detail = { bucket: { name: bucket }, object: { ...object, sequencer: 'F'.repeat(40) } };
  await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: machineArn(account.deployment, machineOfKey(object.key) ?? ''),
      input: JSON.stringify({ time: '2099-01-01T00:00:00Z', detail }),
    }),
  );
}
