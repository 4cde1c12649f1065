import { CreateCollectionCommand, DeleteCollectionCommand } from '@aws-sdk/client-rekognition';
import { ListExecutionsCommand, DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SamplePictures } from './sample-pictures.ts';
import type { FaultAccount } from '../faults/fault-account.ts';
import { machineArn } from '../../statemachines/registry.ts';

export interface Scenario {
  readonly name: string;
  /** Before any fault. */
  readonly given?: (stand: FaultAccount, pictures: SamplePictures) => Promise<unknown>;
  readonly when: (stand: FaultAccount, pictures: SamplePictures) => Promise<unknown>;
  /** Puts right what makes the run without fault fail too, before the redrive. */
  readonly repair?: (stand: FaultAccount) => Promise<unknown>;
}

const enrol = (stand: FaultAccount, { robin }: SamplePictures) => stand.upload('enroll/Robin/1.jpg', robin);

/** Between them they reach every end of the machines, and so every call of every task. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'a person is enrolled', when: enrol },
  {
    name: 'a photo of two, one of them enrolled',
    given: enrol,
    when: (stand, { pair }) => stand.upload('input/a b+c%/pair.webp', pair),
  },
  { name: 'a photo before anyone is enrolled', when: (stand, { solo }) => stand.upload('input/solo.jpg', solo) },
  { name: 'a photo of nobody', when: (stand, { nobody }) => stand.upload('input/nobody.jpg', nobody) },
  {
    name: 'a new version with fewer faces',
    given: (stand, { pair }) => stand.upload('input/photo.jpg', pair),
    when: (stand, { solo }) => stand.upload('input/photo.jpg', solo),
  },
  {
    name: 'a new version that is broken',
    given: (stand, { solo }) => stand.upload('input/photo.jpg', solo),
    when: (stand, { broken }) => stand.upload('input/photo.jpg', broken),
  },
  { name: 'an enrolment without a face', when: (stand, { nobody }) => stand.upload('enroll/robin.jpg', nobody) },
  {
    name: 'a photo again, when it is done',
    given: (stand, { solo }) => stand.upload('input/solo.jpg', solo),
    when: (stand) => startAgain(stand, machineArn(stand.account.deployment, 'recognition')),
  },
  {
    name: 'an enrolment again, when it is done',
    given: enrol,
    when: (stand) => startAgain(stand, machineArn(stand.account.deployment, 'enroll-face')),
  },
  {
    name: 'a photo while the collection is missing',
    when: async (stand, { solo }) => {
      await stand.rekognition.send(new DeleteCollectionCommand({ CollectionId: stand.account.deployment.collection }));
      await stand.upload('input/solo.jpg', solo);
    },
    repair: (stand) =>
      stand.rekognition.send(new CreateCollectionCommand({ CollectionId: stand.account.deployment.collection })),
  },
];

/** What a duplicate of an event does that comes when its own execution has another name. */
async function startAgain({ sfn }: FaultAccount, stateMachineArn: string): Promise<void> {
  const { executions: [latest] = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
  const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn: latest?.executionArn }));
  await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
}
