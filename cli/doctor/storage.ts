import { DescribeCollectionCommand } from '@aws-sdk/client-rekognition';
import { GetBucketNotificationConfigurationCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { counted } from '../terminal.ts';
import { Ailment, type Check } from './check.ts';

export const bucket: Check = {
  name: 'bucket',
  examine: async ({ target: { s3, deployment }, again }) => {
    const Bucket = deployment.bucket;
    try {
      await s3.send(new HeadBucketCommand({ Bucket }));
    } catch (error) {
      if ((error as Error).name !== 'NotFound') throw error;
      throw new Ailment(`There is no bucket ${Bucket}.`, again);
    }
    const { EventBridgeConfiguration } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    if (EventBridgeConfiguration) return `${Bucket} sends its events to EventBridge`;
    throw new Ailment(`${Bucket} does not send its events to EventBridge: no photo starts anything.`, again);
  },
};

/** No such row: what counts is that the table answers. */
const table = (name: string, tableOf: 'results_table' | 'people_table', key: string): Check => ({
  name,
  examine: async ({ target: { dynamoDb, deployment }, again }) => {
    const TableName = deployment[tableOf];
    try {
      await dynamoDb.send(new GetCommand({ TableName, Key: { [key]: '.rollcall-doctor', record: 'none' } }));
      return `${TableName} answers`;
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      throw new Ailment(`There is no table ${TableName}.`, again);
    }
  },
});

export const results = table('results', 'results_table', 'image_id');
export const people = table('people', 'people_table', 'person_id');

export const collection: Check = {
  name: 'collection',
  examine: async ({ rekognition, target: { deployment }, again }) => {
    const CollectionId = deployment.collection;
    try {
      const { FaceCount = 0 } = await rekognition.send(new DescribeCollectionCommand({ CollectionId }));
      return `${CollectionId} holds ${counted(FaceCount, 'face')}`;
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      throw new Ailment(
        `There is no collection ${CollectionId}: no face can be searched and nobody enrolled.`,
        `${again} Then enrol everybody again: the faces went with the collection.`,
      );
    }
  },
};
