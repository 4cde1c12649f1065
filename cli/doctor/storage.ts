import { DescribeCollectionCommand } from '@aws-sdk/client-rekognition';
import { GetBucketNotificationConfigurationCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { counted } from '../../client/text.ts';
import { Problem, type Check } from './check.ts';

export const bucket: Check = {
  name: 'bucket',
  run: async ({ target: { s3, deployment }, redeployAdvice }) => {
    const Bucket = deployment.bucket;
    try {
      await s3.send(new HeadBucketCommand({ Bucket }));
    } catch (error) {
      if ((error as Error).name !== 'NotFound') throw error;
      throw new Problem(`There is no bucket ${Bucket}.`, redeployAdvice);
    }
    const { EventBridgeConfiguration } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
    if (EventBridgeConfiguration) return `${Bucket} sends its events to EventBridge`;
    throw new Problem(`${Bucket} does not send its events to EventBridge: no photo starts anything.`, redeployAdvice);
  },
};

/** The row does not exist. It only matters that the table answers. */
const table = (name: string, tableOf: 'results_table' | 'people_table', key: string): Check => ({
  name,
  run: async ({ target: { dynamoDb, deployment }, redeployAdvice }) => {
    const TableName = deployment[tableOf];
    try {
      await dynamoDb.send(new GetCommand({ TableName, Key: { [key]: '.rollcall-doctor', record: 'none' } }));
      return `${TableName} answers`;
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      throw new Problem(`There is no table ${TableName}.`, redeployAdvice);
    }
  },
});

export const results = table('results', 'results_table', 'image_id');
export const people = table('people', 'people_table', 'person_id');

export const collection: Check = {
  name: 'collection',
  run: async ({ rekognition, target: { deployment }, redeployAdvice }) => {
    const CollectionId = deployment.collection;
    try {
      const { FaceCount = 0 } = await rekognition.send(new DescribeCollectionCommand({ CollectionId }));
      return `${CollectionId} holds ${counted(FaceCount, 'face')}`;
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      throw new Problem(
        `There is no collection ${CollectionId}: no face can be searched and nobody enrolled.`,
        `${redeployAdvice} Then enrol everybody again: the faces went with the collection.`,
      );
    }
  },
};
