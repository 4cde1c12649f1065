import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Collection } from '../collection.ts';
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

const MOST_FACES_OF_A_USER = 100;

const ofUser = { CollectionId: collectionId, UserId: userId, ClientRequestToken: clientRequestToken.optional() };
const someFaces = listOf(faceId, MOST_FACES_OF_A_USER);

export function userOperations({ collections }: Service): Operations {
  /** Runs a change once, however often the request with its token comes. */
  const once = <Answer>(
    operationName: string,
    { ClientRequestToken, ...request }: { CollectionId: string; ClientRequestToken?: string | undefined },
    change: (collection: Collection, token: ClientToken | undefined) => Promise<Answer>,
    again: (collection: Collection) => Answer,
  ) =>
    collections.exclusive(async () => {
      const collection = collections.get(request.CollectionId);
      const token = ClientRequestToken === undefined ? undefined : tokenOf(operationName, ClientRequestToken, request);
      if (await collections.wasDone(request.CollectionId, token)) return again(collection);
      return change(collection, token);
    });

  return {
    CreateUser: operation(z.object(ofUser), (input) =>
      once(
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

    DeleteUser: operation(z.object(ofUser), (input) =>
      once(
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

    AssociateFaces: operation(z.object({ ...ofUser, FaceIds: someFaces, UserMatchThreshold: percent(75) }), (input) =>
      once(
        'AssociateFaces',
        input,
        async (collection, token) => {
          const before = facesOf(collection, input.UserId);
          const { associated, refused } = judge(collection, input.UserId, input.FaceIds, input.UserMatchThreshold);
          if (before.size + associated.length > MOST_FACES_OF_A_USER) {
            throw quotaExceeded(`A user has at most ${MOST_FACES_OF_A_USER} faces`);
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

    DisassociateFaces: operation(z.object({ ...ofUser, FaceIds: someFaces }), (input) =>
      once(
        'DisassociateFaces',
        input,
        async (collection, token) => {
          const before = facesOf(collection, input.UserId);
          const ids = [...new Set(input.FaceIds)];
          const freed = ids.filter((id) => before.has(id));
          const after = new Set([...before].filter((id) => !freed.includes(id)));
          await collections.putUser(input.CollectionId, input.UserId, after, token);
          return {
            DisassociatedFaces: freed.map((FaceId) => ({ FaceId })),
            UnsuccessfulFaceDisassociations: ids.flatMap((id) => strangerTo(collection, input.UserId, id) ?? []),
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

interface Refused {
  FaceId: string;
  UserId?: string;
  Confidence?: number;
  Reasons: string[];
}

/** A face not found, or somebody else's. */
function strangerTo({ faces }: Collection, user: string, FaceId: string): Refused | undefined {
  const face = faces.get(FaceId);
  if (!face) return { FaceId, Reasons: ['FACE_NOT_FOUND'] };
  if (face.UserId === undefined || face.UserId === user) return undefined;
  return { FaceId, UserId: face.UserId, Reasons: ['ASSOCIATED_TO_A_DIFFERENT_USER'] };
}

/** A face is held against the user as they would be with all the new faces, so that different views of one person pass. */
function judge(collection: Collection, user: string, ids: string[], least: number) {
  const before = facesOf(collection, user);
  const wanted = [...new Set(ids)].filter((id) => !before.has(id));
  const refused = wanted.flatMap((id) => strangerTo(collection, user, id) ?? []);
  const free = wanted.filter((id) => refused.every(({ FaceId }) => FaceId !== id));
  const updated = collection.meanOf([...before, ...free]);
  const associated = free.filter((id) => {
    if (before.size === 0) return true;
    const likeness = similarityOf(distance(updated!, collection.vectorOf(id)!));
    if (likeness >= least) return true;
    refused.push({ FaceId: id, Confidence: likeness, Reasons: ['LOW_MATCH_CONFIDENCE'] });
    return false;
  });
  return { associated, refused };
}
