import { DescribeCollectionCommand, type DescribeCollectionCommandOutput } from '@aws-sdk/client-rekognition';
import { GetBucketNotificationConfigurationCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { counted } from '../../client/text.ts';
import { Problem, type Check, type DoctorContext } from './check.ts';

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

async function describe(
  { rekognition, redeployAdvice }: DoctorContext,
  CollectionId: string,
  without: { readonly what: string; readonly remedy: string },
): Promise<DescribeCollectionCommandOutput> {
  try {
    return await rekognition.send(new DescribeCollectionCommand({ CollectionId }));
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    throw new Problem(
      `There is no collection ${CollectionId}: ${without.what}.`,
      `${redeployAdvice} ${without.remedy}`,
    );
  }
}

export const collection: Check = {
  name: 'collection',
  run: async (context) => {
    const { collection: id, settings } = context.target.deployment;
    const { FaceCount = 0, UserCount = 0 } = await describe(context, id, {
      what: 'no face can be searched and nobody enrolled',
      remedy: 'Then enrol everybody again: the faces went with the collection.',
    });
    const faces = `${id} holds ${counted(FaceCount, 'face')}`;
    if (settings['searchBy'] !== 'users') return faces;
    if (UserCount > 0 || FaceCount === 0) return `${faces} of ${counted(UserCount, 'user')}`;
    throw new Problem(
      `${faces}, but no user, and searchBy is 'users': nobody is recognized.`,
      'Make users of those who are enrolled: rollcall users',
    );
  },
};

export const unknownCollection: Check = {
  name: 'unknown faces',
  run: async (context) => {
    const { unknown_collection: id } = context.target.deployment;
    const { FaceCount = 0 } = await describe(context, id, {
      what: 'unknown faces cannot be grouped',
      remedy: 'Then group them again: rollcall unknown --regroup',
    });
    return `${id} holds ${counted(FaceCount, 'face')}`;
  },
};
