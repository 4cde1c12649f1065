import * as z from 'zod';
import type { StoredFace } from '../collection.ts';
import type { Face } from '../engine/types.ts';
import { faceNotInCollection, invalidParameter, noFaces, userNotFound } from '../errors.ts';
import { boundingBox, confidence, faceDetail } from '../face-detail.ts';
import {
  collectionId,
  count,
  faceId,
  image,
  type ImageInput,
  operation,
  percent,
  qualityFilter,
  userId,
} from '../input.ts';
import { type QualityFilter, qualityReasons } from '../quality-filter.ts';
import type { Match } from '../search/vector-index.ts';
import { FACE_MODEL_VERSION, type Operations, type Service } from '../service.ts';
import { faceOutput } from './faces.ts';

const faceSearchLimits = { MaxFaces: count(4096, 80), FaceMatchThreshold: percent(80) };
const userSearchLimits = { MaxUsers: count(500, 500), UserMatchThreshold: percent(80) };
const imageSearch = { CollectionId: collectionId, Image: image, QualityFilter: qualityFilter('NONE') };

export function searchOperations({ collections, pictures }: Service): Operations {
  const detectIn = async (input: ImageInput, find: 'all' | 'largest'): Promise<Face[]> => {
    const picture = await pictures.load(input);
    return (await pictures.analyze(picture, { find, attributes: false, descriptors: true })).faces;
  };

  return {
    SearchFaces: operation(
      z.object({ CollectionId: collectionId, FaceId: faceId, ...faceSearchLimits }),
      async ({ CollectionId, FaceId, MaxFaces, FaceMatchThreshold }) => {
        const vector = collections.get(CollectionId).faces.get(FaceId);
        if (!vector) throw faceNotInCollection();
        const found = await collections.searchFaces(CollectionId, vector, FaceMatchThreshold, MaxFaces + 1);
        // The face matches itself, and is left out.
        const others = found.filter(({ item }) => item.FaceId !== FaceId).slice(0, MaxFaces);
        return { SearchedFaceId: FaceId, FaceMatches: faceMatches(others), FaceModelVersion: FACE_MODEL_VERSION };
      },
    ),

    SearchFacesByImage: operation(
      z.object({ ...imageSearch, ...faceSearchLimits }),
      async ({ CollectionId, Image, QualityFilter, MaxFaces, FaceMatchThreshold }) => {
        collections.get(CollectionId);
        const [face] = await detectIn(Image, 'largest');
        if (!face || qualityReasons(face, QualityFilter).length > 0) throw noFaces();
        const matches = await collections.searchFaces(CollectionId, face.descriptor!, FaceMatchThreshold, MaxFaces);
        return {
          SearchedFaceBoundingBox: boundingBox(face.box),
          SearchedFaceConfidence: confidence(face),
          FaceMatches: faceMatches(matches),
          FaceModelVersion: FACE_MODEL_VERSION,
        };
      },
    ),

    SearchUsers: operation(
      z.object({
        CollectionId: collectionId,
        UserId: userId.optional(),
        FaceId: faceId.optional(),
        ...userSearchLimits,
      }),
      async ({ CollectionId, UserId, FaceId, MaxUsers, UserMatchThreshold }) => {
        const collection = collections.get(CollectionId);
        if ((UserId === undefined) === (FaceId === undefined)) {
          throw invalidParameter('Exactly one of UserId and FaceId must be given');
        }
        if (UserId !== undefined && !collection.users.has(UserId)) throw userNotFound(UserId);
        if (FaceId !== undefined && !collection.faces.has(FaceId)) throw faceNotInCollection();
        const vector = FaceId === undefined ? collection.userVector(UserId!) : collection.faces.get(FaceId);
        const found = vector ? await collection.searchUsers(vector, UserMatchThreshold, MaxUsers + 1) : [];
        const matches = found.filter(({ item }) => item !== UserId).slice(0, MaxUsers);
        const searched = FaceId === undefined ? { SearchedUser: { UserId } } : { SearchedFace: { FaceId } };
        return { ...searched, UserMatches: userMatches(matches), FaceModelVersion: FACE_MODEL_VERSION };
      },
    ),

    SearchUsersByImage: operation(
      z.object({ ...imageSearch, ...userSearchLimits }),
      async ({ CollectionId, Image, QualityFilter, MaxUsers, UserMatchThreshold }) => {
        collections.get(CollectionId);
        const faces = await detectIn(Image, 'all');
        const { face, unsearched } = chooseFace(faces, QualityFilter);
        const collection = collections.get(CollectionId);
        const matches = face ? await collection.searchUsers(face.descriptor!, UserMatchThreshold, MaxUsers) : [];
        return {
          UserMatches: userMatches(matches),
          FaceModelVersion: FACE_MODEL_VERSION,
          ...(face && { SearchedFace: { FaceDetail: faceDetail(face) } }),
          UnsearchedFaces: unsearched,
        };
      },
    ),
  };
}

/** Chooses the largest face that passes the filter, and says why the others were not searched. */
function chooseFace(faces: Face[], filter: QualityFilter) {
  const face = faces.find((each) => qualityReasons(each, filter).length === 0);
  const unsearched = faces
    .filter((each) => each !== face)
    .map((each) => {
      const reasons = qualityReasons(each, filter);
      return { FaceDetails: faceDetail(each), Reasons: reasons.length > 0 ? reasons : ['FACE_NOT_LARGEST'] };
    });
  return { face, unsearched };
}

const faceMatches = (matches: Match<StoredFace>[]) =>
  matches.map(({ item, similarity }) => ({ Similarity: similarity, Face: faceOutput(item) }));

const userMatches = (matches: Match<string>[]) =>
  matches.map(({ item, similarity }) => ({ Similarity: similarity, User: { UserId: item, UserStatus: 'ACTIVE' } }));
