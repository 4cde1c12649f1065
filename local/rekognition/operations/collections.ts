import * as z from 'zod';
import { ServiceError } from '../../aws-json.ts';
import type { CollectionRecord } from '../collection.ts';
import { collectionNotFound, invalidParameter, notFound } from '../errors.ts';
import { collectionId, count, listOf, nextToken, operation, resourceArn, tags } from '../input.ts';
import { FACE_MODEL_VERSION, type Operations, type Service } from '../service.ts';

const MAX_TAGS = 50;

export function collectionOperations({ collections, region, accountId, now }: Service): Operations {
  const arn = (id: string) => `arn:aws:rekognition:${region}:${accountId}:collection/${id}`;

  const updateTags = (ResourceArn: string, change: (record: CollectionRecord) => CollectionRecord['tags']) =>
    collections.exclusive(async () => {
      const { record } = collectionOfArn(ResourceArn);
      const changed = change(record);
      if (Object.keys(changed).length > MAX_TAGS) {
        throw new ServiceError('ServiceQuotaExceededException', `A resource has at most ${MAX_TAGS} tags`);
      }
      await collections.putRecord({ ...record, tags: changed });
      return {};
    });

  /** Accepts an ARN without `arn:` too, because that is what CreateCollection returns. */
  const collectionOfArn = (text: string) => {
    const match = /^(?:arn:)?aws:rekognition:[^:]*:\d*:collection\/([^/]+)$/.exec(text);
    if (!match) throw invalidParameter(`Not the ARN of a collection: ${text}`);
    if (!collections.has(match[1]!)) throw notFound(`The resource ${text} does not exist`);
    return collections.get(match[1]!);
  };

  return {
    CreateCollection: operation(
      z.object({ CollectionId: collectionId, Tags: tags.default({}) }),
      ({ CollectionId, Tags }) =>
        collections.exclusive(async () => {
          if (collections.has(CollectionId)) {
            throw new ServiceError(
              'ResourceAlreadyExistsException',
              `The collection id: ${CollectionId} already exists`,
            );
          }
          await collections.putRecord({ id: CollectionId, createdAt: now().getTime(), tags: Tags });
          return {
            StatusCode: 200,
            CollectionArn: arn(CollectionId).replace(/^arn:/, ''),
            FaceModelVersion: FACE_MODEL_VERSION,
          };
        }),
    ),

    DescribeCollection: operation(z.object({ CollectionId: collectionId }), ({ CollectionId }) => {
      const { record, faces, users } = collections.get(CollectionId);
      return {
        FaceCount: faces.size,
        UserCount: users.size,
        FaceModelVersion: FACE_MODEL_VERSION,
        CollectionARN: arn(CollectionId),
        CreationTimestamp: record.createdAt / 1000,
      };
    }),

    ListCollections: operation(
      z.object({ NextToken: nextToken.optional(), MaxResults: count(4096, 4096) }),
      async ({ NextToken, MaxResults }) => {
        const { items, ...page } = await collections.collectionPage(MaxResults, NextToken);
        return {
          CollectionIds: items.map(({ id }) => id),
          FaceModelVersions: items.map(() => FACE_MODEL_VERSION),
          ...page,
        };
      },
    ),

    DeleteCollection: operation(z.object({ CollectionId: collectionId }), ({ CollectionId }) =>
      collections.exclusive(async () => {
        if (!collections.has(CollectionId)) throw collectionNotFound(CollectionId);
        await collections.remove(CollectionId);
        return { StatusCode: 200 };
      }),
    ),

    TagResource: operation(z.object({ ResourceArn: resourceArn, Tags: tags }), ({ ResourceArn, Tags }) =>
      updateTags(ResourceArn, (record) => ({ ...record.tags, ...Tags })),
    ),

    UntagResource: operation(
      z.object({ ResourceArn: resourceArn, TagKeys: listOf(z.string(), 200) }),
      ({ ResourceArn, TagKeys }) =>
        updateTags(ResourceArn, (record) =>
          Object.fromEntries(Object.entries(record.tags).filter(([name]) => !TagKeys.includes(name))),
        ),
    ),

    ListTagsForResource: operation(z.object({ ResourceArn: resourceArn }), ({ ResourceArn }) => ({
      Tags: collectionOfArn(ResourceArn).record.tags,
    })),
  };
}
