import {
  AssociateFacesCommand,
  CreateUserCommand,
  DeleteFacesCommand,
  DeleteUserCommand,
  DisassociateFacesCommand,
  ListFacesCommand,
  ListUsersCommand,
  type RekognitionClient,
  SearchUsersCommand,
} from '@aws-sdk/client-rekognition';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFace, AT, errorOf, id, type Running, startService, vector } from './service.ts';

const CollectionId = 'people';
const FaceModelVersion = 'face-api-1.7.15';
let service: Running;
let client: RekognitionClient;

/** Faces 1 to 3 are similar, 4 is different, and 11 to 120 are identical. */
beforeAll(async () => {
  service = await startService(async (collections) => {
    await collections.putRecord({ id: CollectionId, createdAt: AT.getTime(), tags: {} });
    const near = [1, 2, 3].map((n) => ({ face: aFace(n), vector: vector(0, n / 10) }));
    const same = Array.from({ length: 110 }, (_, n) => ({ face: aFace(11 + n), vector: vector(2, 5) }));
    await collections.putFaces(CollectionId, [...near, { face: aFace(4), vector: vector(1, 2) }, ...same]);
  });
  client = service.client;
});
afterAll(() => service.stop());

const answer = <Output extends { $metadata: unknown }>({ $metadata: _metadata, ...rest }: Output) => rest;
const create = async (UserId: string, ClientRequestToken?: string) =>
  answer(
    await client.send(
      new CreateUserCommand({ CollectionId, UserId, ...(ClientRequestToken && { ClientRequestToken }) }),
    ),
  );
const associate = async (UserId: string, faces: number[], ClientRequestToken?: string) =>
  answer(
    await client.send(
      new AssociateFacesCommand({
        CollectionId,
        UserId,
        FaceIds: faces.map(id),
        ...(ClientRequestToken && { ClientRequestToken }),
      }),
    ),
  );
const disassociate = async (UserId: string, faces: number[]) =>
  answer(await client.send(new DisassociateFacesCommand({ CollectionId, UserId, FaceIds: faces.map(id) })));
const usersOf = async (faces: number[]) => {
  const { Faces } = await client.send(new ListFacesCommand({ CollectionId, FaceIds: faces.map(id) }));
  return Faces!.map(({ UserId }) => UserId);
};

test('a user is created once, listed, and has no faces at first', async () => {
  expect(await create('ann')).toStrictEqual({});
  expect(await errorOf(create('ann'))).toBe('ConflictException: The user id: ann already exists');
  expect(answer(await client.send(new ListUsersCommand({ CollectionId })))).toStrictEqual({
    Users: [{ UserId: 'ann', UserStatus: 'CREATED' }],
  });
});

test('a request repeated with its token changes nothing, and is refused with other parameters', async () => {
  expect(await create('bob', 'token-1')).toStrictEqual({});
  expect(await create('bob', 'token-1')).toStrictEqual({});
  expect(await errorOf(create('eve', 'token-1'))).toBe(
    'IdempotentParameterMismatchException: The ClientRequestToken was used with other parameters.',
  );
  const first = await associate('bob', [11], 'token-2');
  expect(await associate('bob', [11], 'token-2')).toStrictEqual(first);
  expect(await disassociate('bob', [11])).toMatchObject({ DisassociatedFaces: [{ FaceId: id(11) }] });
});

test('faces are associated, and the reason is returned for those that cannot be', async () => {
  expect(await associate('ann', [1, 2])).toStrictEqual({
    AssociatedFaces: [{ FaceId: id(1) }, { FaceId: id(2) }],
    UnsuccessfulFaceAssociations: [],
    UserStatus: 'ACTIVE',
  });
  await associate('bob', [11]);
  expect(await associate('ann', [1, 3, 11, 999])).toStrictEqual({
    AssociatedFaces: [{ FaceId: id(3) }],
    UnsuccessfulFaceAssociations: [
      { FaceId: id(11), UserId: 'bob', Reasons: ['ASSOCIATED_TO_A_DIFFERENT_USER'] },
      { FaceId: id(999), Reasons: ['FACE_NOT_FOUND'] },
    ],
    UserStatus: 'ACTIVE',
  });
  expect(await usersOf([1, 2, 3, 11, 12])).toStrictEqual(['ann', 'ann', 'ann', 'bob', undefined]);
});

test('a face that differs from the user is refused with its similarity to the user including the new faces', async () => {
  const { AssociatedFaces, UnsuccessfulFaceAssociations } = await associate('ann', [4]);
  expect(AssociatedFaces).toStrictEqual([]);
  // The mean of 0.1, 0.2, 0.3 on one axis and 2 on another is (0.15, 0.5), at distance 1.507 from the face.
  expect(UnsuccessfulFaceAssociations).toStrictEqual([
    {
      FaceId: id(4),
      Confidence: expect.closeTo(100 / (1 + Math.exp(24 * (Math.hypot(0.15, 1.5) - 0.5)) / 4), 8),
      Reasons: ['LOW_MATCH_CONFIDENCE'],
    },
  ]);
});

test('a user has at most a hundred faces', async () => {
  await create('crowd');
  await associate(
    'crowd',
    Array.from({ length: 100 }, (_, n) => 12 + n),
  );
  expect(await errorOf(associate('crowd', [112]))).toBe('ServiceQuotaExceededException: A user has at most 100 faces');
  await client.send(new DeleteUserCommand({ CollectionId, UserId: 'crowd' }));
  expect(await usersOf([12, 50, 111])).toStrictEqual([undefined, undefined, undefined]);
});

test('users are found by a face and by a user, without the user itself', async () => {
  const byFace = await client.send(new SearchUsersCommand({ CollectionId, FaceId: id(2) }));
  expect(answer(byFace)).toStrictEqual({
    SearchedFace: { FaceId: id(2) },
    UserMatches: [{ Similarity: expect.closeTo(99.9998, 3), User: { UserId: 'ann', UserStatus: 'ACTIVE' } }],
    FaceModelVersion,
  });
  const byUser = await client.send(new SearchUsersCommand({ CollectionId, UserId: 'ann', UserMatchThreshold: 0 }));
  expect(answer(byUser)).toStrictEqual({
    SearchedUser: { UserId: 'ann' },
    UserMatches: [{ Similarity: expect.closeTo(0, 3), User: { UserId: 'bob', UserStatus: 'ACTIVE' } }],
    FaceModelVersion,
  });
});

test('a search of users names one user or one face that exists', async () => {
  const search = (by: object) => errorOf(client.send(new SearchUsersCommand({ CollectionId, ...by })));
  expect(await search({})).toBe('InvalidParameterException: Exactly one of UserId and FaceId must be given');
  expect(await search({ FaceId: id(999) })).toBe('InvalidParameterException: faceId was not found in the collection');
  expect(await search({ UserId: 'zoe' })).toBe(
    'ResourceNotFoundException: The user id: zoe does not exist in the collection',
  );
});

test('faces are listed by user', async () => {
  const { Faces } = await client.send(new ListFacesCommand({ CollectionId, UserId: 'ann' }));
  expect(Faces!.map(({ FaceId }) => FaceId)).toStrictEqual([id(1), id(2), id(3)]);
});

test('a face that is associated with a user cannot be deleted until it is disassociated', async () => {
  const remove = async () =>
    answer(await client.send(new DeleteFacesCommand({ CollectionId, FaceIds: [id(3), id(999)] })));
  const notFound = { FaceId: id(999), Reasons: ['FACE_NOT_FOUND'] };
  expect(await remove()).toStrictEqual({
    DeletedFaces: [],
    UnsuccessfulFaceDeletions: [
      { FaceId: id(3), UserId: 'ann', Reasons: ['ASSOCIATED_TO_AN_EXISTING_USER'] },
      notFound,
    ],
  });
  expect(await disassociate('ann', [3, 11, 12])).toStrictEqual({
    DisassociatedFaces: [{ FaceId: id(3) }],
    UnsuccessfulFaceDisassociations: [{ FaceId: id(11), UserId: 'bob', Reasons: ['ASSOCIATED_TO_A_DIFFERENT_USER'] }],
    UserStatus: 'ACTIVE',
  });
  expect(await remove()).toStrictEqual({ DeletedFaces: [id(3)], UnsuccessfulFaceDeletions: [notFound] });
});

test('users are listed in pages', async () => {
  const first = await client.send(new ListUsersCommand({ CollectionId, MaxResults: 1 }));
  expect(first.Users).toStrictEqual([{ UserId: 'ann', UserStatus: 'ACTIVE' }]);
  const second = await client.send(new ListUsersCommand({ CollectionId, MaxResults: 1, NextToken: first.NextToken! }));
  expect(answer(second)).toStrictEqual({ Users: [{ UserId: 'bob', UserStatus: 'ACTIVE' }] });
});

test('users, their faces and their tokens survive a restart', async () => {
  service = await service.restart();
  client = service.client;
  const { UserMatches } = await client.send(new SearchUsersCommand({ CollectionId, FaceId: id(1) }));
  expect(UserMatches!.map(({ User }) => User!.UserId)).toStrictEqual(['ann']);
  expect(await create('bob', 'token-1')).toStrictEqual({});
});

test('a deleted user is gone', async () => {
  await client.send(new DeleteUserCommand({ CollectionId, UserId: 'ann' }));
  expect(await usersOf([1, 2])).toStrictEqual([undefined, undefined]);
  const missing = 'ResourceNotFoundException: The user id: ann does not exist in the collection';
  expect(await errorOf(client.send(new DeleteUserCommand({ CollectionId, UserId: 'ann' })))).toBe(missing);
  expect(await errorOf(associate('ann', [1]))).toBe(missing);
});
