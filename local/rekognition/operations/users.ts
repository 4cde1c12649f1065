import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Collection, StoredFace } from '../collection.ts';
import type { ClientToken } from '../collections.ts';
import { conflict, quotaExceeded, userNotFound } from '../errors.ts';
import {
  clientRequestToken,
  collectionId,
  count,
  faceId,
  listOf,
  nextToken,
  operation,
  percent,
  userId,
} from '../input.ts';
import type { Operations, Service } from '../service.ts';
import { similarityOf } from '../similarity.ts';
import { distance } from '../vectors.ts';

const MAX_FACES_PER_USER = 100;

const userInput = { CollectionId: collectionId, UserId: userId, ClientRequestToken: clientRequestToken.optional() };
const faceIds = listOf(faceId, MAX_FACES_PER_USER);

export function userOperations({ collections }: Service): Operations {
  /** Runs a change once, however often a request with the same token is repeated. */
  const runOnce = <Output>(
    operationName: string,
    { ClientRequestToken, ...request }: { CollectionId: string; ClientRequestToken?: string | undefined },
    change: (collection: Collection, token: ClientToken | undefined) => Promise<Output>,
    repeated: (collection: Collection) => Output,
  ) =>
    collections.exclusive(async () => {
      const collection = collections.get(request.CollectionId);
      const token = ClientRequestToken === undefined ? undefined : tokenOf(operationName, ClientRequestToken, request);
      if (await collections.wasRequestDone(request.CollectionId, token)) return repeated(collection);
      return change(collection, token);
    });

  const facesById = async ({ CollectionId, FaceIds }: { CollectionId: string; FaceIds: string[] }) =>
    new Map((await collections.faces(CollectionId, FaceIds)).map((face) => [face.FaceId, face]));

  return {
    CreateUser: operation(z.object(userInput), (input) =>
      runOnce(
        'CreateUser',
        input,
        async ({ users }, token) => {
          if (users.has(input.UserId)) throw conflict(`The user id: ${input.UserId} already exists`);
          await collections.putUser(input.CollectionId, input.UserId, new Set(), token);
          return {};
        },
        () => ({}),
      ),
    ),

    DeleteUser: operation(z.object(userInput), (input) =>
      runOnce(
        'DeleteUser',
        input,
        async (collection, token) => {
          facesOf(collection, input.UserId);
          await collections.removeUser(input.CollectionId, input.UserId, token);
          return {};
        },
        () => ({}),
      ),
    ),

    ListUsers: operation(
      z.object({ CollectionId: collectionId, MaxResults: count(500, 500), NextToken: nextToken.optional() }),
      async ({ CollectionId, MaxResults, NextToken }) => {
        collections.get(CollectionId);
        const { items, ...page } = await collections.userPage(CollectionId, MaxResults, NextToken);
        return {
          Users: items.map(({ id, value }) => ({ UserId: id, UserStatus: statusOf(value.faceIds.length) })),
          ...page,
        };
      },
    ),

    AssociateFaces: operation(z.object({ ...userInput, FaceIds: faceIds, UserMatchThreshold: percent(75) }), (input) =>
      runOnce(
        'AssociateFaces',
        input,
        async (collection, token) => {
          const before = facesOf(collection, input.UserId);
          const faces = await facesById(input);
          const { associated, refused } = checkAssociations(collection, faces, input);
          if (before.size + associated.length > MAX_FACES_PER_USER) {
            throw quotaExceeded(`A user has at most ${MAX_FACES_PER_USER} faces`);
          }
          const after = new Set([...before, ...associated]);
          await collections.putUser(input.CollectionId, input.UserId, after, token);
          return {
            AssociatedFaces: associated.map((FaceId) => ({ FaceId })),
            UnsuccessfulFaceAssociations: refused,
            UserStatus: statusOf(after.size),
          };
        },
        (collection) => {
          const now = facesOf(collection, input.UserId);
          return {
            AssociatedFaces: input.FaceIds.filter((id) => now.has(id)).map((FaceId) => ({ FaceId })),
            UnsuccessfulFaceAssociations: [],
            UserStatus: statusOf(now.size),
          };
        },
      ),
    ),

    DisassociateFaces: operation(z.object({ ...userInput, FaceIds: faceIds }), (input) =>
      runOnce(
        'DisassociateFaces',
        input,
        async (collection, token) => {
          const before = facesOf(collection, input.UserId);
          const ids = [...new Set(input.FaceIds)];
          const disassociated = ids.filter((id) => before.has(id));
          const after = new Set([...before].filter((id) => !disassociated.includes(id)));
          const faces = await facesById(input);
          await collections.putUser(input.CollectionId, input.UserId, after, token);
          return {
            DisassociatedFaces: disassociated.map((FaceId) => ({ FaceId })),
            UnsuccessfulFaceDisassociations: ids.flatMap((id) => ownershipFailure(faces, input.UserId, id) ?? []),
            UserStatus: statusOf(after.size),
          };
        },
        (collection) => ({
          DisassociatedFaces: input.FaceIds.map((FaceId) => ({ FaceId })),
          UnsuccessfulFaceDisassociations: [],
          UserStatus: statusOf(facesOf(collection, input.UserId).size),
        }),
      ),
    ),
  };
}

function facesOf(collection: Collection, user: string): Set<string> {
  const faces = collection.users.get(user);
  if (!faces) throw userNotFound(user);
  return faces;
}

const statusOf = (faces: number) => (faces > 0 ? 'ACTIVE' : 'CREATED');

function tokenOf(operationName: string, token: string, request: object): ClientToken {
  return {
    token,
    request: createHash('sha256')
      .update(`${operationName}${JSON.stringify(request)}`)
      .digest('base64url'),
  };
}

type FacesById = ReadonlyMap<string, StoredFace>;

interface Association {
  readonly UserId: string;
  readonly FaceIds: string[];
  readonly UserMatchThreshold: number;
}

interface FailedAssociation {
  FaceId: string;
  UserId?: string;
  Confidence?: number;
  Reasons: string[];
}

/** Fails for a face that does not exist or belongs to another user. */
function ownershipFailure(faces: FacesById, user: string, FaceId: string): FailedAssociation | undefined {
  const face = faces.get(FaceId);
  if (!face) return { FaceId, Reasons: ['FACE_NOT_FOUND'] };
  if (face.UserId === undefined || face.UserId === user) return undefined;
  return { FaceId, UserId: face.UserId, Reasons: ['ASSOCIATED_TO_A_DIFFERENT_USER'] };
}

/** Compares each face with the user's mean including all new faces, so that different views of one person pass. */
function checkAssociations(
  collection: Collection,
  faces: FacesById,
  { UserId: user, FaceIds: ids, UserMatchThreshold: threshold }: Association,
) {
  const before = facesOf(collection, user);
  const requested = [...new Set(ids)].filter((id) => !before.has(id));
  const refused = requested.flatMap((id) => ownershipFailure(faces, user, id) ?? []);
  const free = requested.filter((id) => refused.every(({ FaceId }) => FaceId !== id));
  const updated = collection.meanOf([...before, ...free]);
  const associated = free.filter((id) => {
    if (before.size === 0) return true;
    const similarity = similarityOf(distance(updated!, collection.faces.get(id)!));
    if (similarity >= threshold) return true;
    refused.push({ FaceId: id, Confidence: similarity, Reasons: ['LOW_MATCH_CONFIDENCE'] });
    return false;
  });
  return { associated, refused };
}
