import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { StoredFace } from '../collection.ts';
import type { Face } from '../engine/types.ts';
import { userNotFound } from '../errors.ts';
import { boundingBox, confidence, faceDetail, needsAttributes } from '../face-detail.ts';
import {
  attributes,
  collectionId,
  count,
  externalImageId,
  faceId,
  image,
  listOf,
  maxFaces,
  nextToken,
  operation,
  qualityFilter,
  userId,
} from '../input.ts';
import { type QualityReason, qualityReasons } from '../quality-filter.ts';
import { FACE_MODEL_VERSION, type Operations, type Service } from '../service.ts';

const MAX_FACES = 4096;

/** A stored face in the service's output format. */
export function faceOutput({ FaceId, BoundingBox, ImageId, ExternalImageId, Confidence, UserId }: StoredFace) {
  return {
    FaceId,
    BoundingBox,
    ImageId,
    ExternalImageId,
    Confidence,
    IndexFacesModelVersion: FACE_MODEL_VERSION,
    UserId,
  };
}

export function faceOperations({ collections, pictures, newId }: Service): Operations {
  const save = (id: string, source: string, ExternalImageId: string | undefined, faces: Face[]) =>
    collections.exclusive(async () => {
      const known = await collections.facesOf(id, source);
      const ImageId = known[0]?.ImageId ?? newId();
      const stored = faces.map((face) => {
        const box = boundingBox(face.box);
        return (
          known.find((each) => sameBox(each.BoundingBox, box)) ?? {
            FaceId: newId(),
            BoundingBox: box,
            ImageId,
            ...(ExternalImageId !== undefined && { ExternalImageId }),
            Confidence: confidence(face),
            source,
          }
        );
      });
      const added = stored.flatMap((face, i) =>
        known.includes(face) ? [] : [{ face, vector: faces[i]!.descriptor! }],
      );
      await collections.putFaces(id, added);
      return stored;
    });

  return {
    IndexFaces: operation(
      z.object({
        CollectionId: collectionId,
        Image: image,
        ExternalImageId: externalImageId.optional(),
        DetectionAttributes: attributes,
        MaxFaces: maxFaces,
        QualityFilter: qualityFilter('AUTO'),
      }),
      async ({ CollectionId, Image, ExternalImageId, DetectionAttributes, MaxFaces = Infinity, QualityFilter }) => {
        collections.get(CollectionId);
        const picture = await pictures.load(Image);
        const options = { find: 'all', attributes: needsAttributes(DetectionAttributes), descriptors: true } as const;
        const { faces } = await pictures.analyze(picture, options);
        const indexed: Face[] = [];
        const unindexed: { Reasons: (QualityReason | 'EXCEEDS_MAX_FACES')[]; FaceDetail: object }[] = [];
        for (const face of faces) {
          const reasons = qualityReasons(face, QualityFilter);
          const FaceDetail = faceDetail(face, DetectionAttributes);
          if (reasons.length > 0) unindexed.push({ Reasons: reasons, FaceDetail });
          else if (indexed.length >= MaxFaces) unindexed.push({ Reasons: ['EXCEEDS_MAX_FACES'], FaceDetail });
          else indexed.push(face);
        }
        const stored = await save(CollectionId, sourceOf(picture, ExternalImageId), ExternalImageId, indexed);
        return {
          FaceRecords: stored.map((face, i) => ({
            Face: faceOutput(face),
            FaceDetail: faceDetail(indexed[i]!, DetectionAttributes),
          })),
          FaceModelVersion: FACE_MODEL_VERSION,
          UnindexedFaces: unindexed,
        };
      },
    ),

    ListFaces: operation(
      z.object({
        CollectionId: collectionId,
        NextToken: nextToken.optional(),
        MaxResults: count(MAX_FACES, MAX_FACES),
        UserId: userId.optional(),
        FaceIds: listOf(faceId, MAX_FACES).optional(),
      }),
      async ({ CollectionId, NextToken, MaxResults, UserId, FaceIds }) => {
        const { users } = collections.get(CollectionId);
        if (UserId !== undefined && !users.has(UserId)) throw userNotFound(UserId);
        if (FaceIds === undefined && UserId === undefined) {
          const { items, ...page } = await collections.facePage(CollectionId, MaxResults, NextToken);
          const listed = items.map(({ value }) => faceOutput(value));
          return { Faces: listed, FaceModelVersion: FACE_MODEL_VERSION, ...page };
        }
        const ids = FaceIds ?? [...users.get(UserId!)!];
        const chosen = await collections.faces(CollectionId, [...new Set(ids)].sort());
        const listed = chosen.filter((face) => UserId === undefined || face.UserId === UserId).map(faceOutput);
        return { Faces: listed, FaceModelVersion: FACE_MODEL_VERSION };
      },
    ),

    DeleteFaces: operation(
      z.object({ CollectionId: collectionId, FaceIds: listOf(faceId, MAX_FACES) }),
      ({ CollectionId, FaceIds }) =>
        collections.exclusive(async () => {
          collections.get(CollectionId);
          const ids = [...new Set(FaceIds)];
          const faces = new Map((await collections.faces(CollectionId, ids)).map((face) => [face.FaceId, face]));
          const deleted = ids.filter((id) => faces.has(id) && faces.get(id)!.UserId === undefined);
          const kept = ids.filter((id) => !deleted.includes(id)).map((id) => deletionFailure(id, faces.get(id)));
          await collections.removeFaces(CollectionId, deleted);
          return { DeletedFaces: deleted, UnsuccessfulFaceDeletions: kept };
        }),
    ),
  };
}

function deletionFailure(FaceId: string, face: StoredFace | undefined) {
  if (!face) return { FaceId, Reasons: ['FACE_NOT_FOUND'] };
  return { FaceId, UserId: face.UserId, Reasons: ['ASSOCIATED_TO_AN_EXISTING_USER'] };
}

function sourceOf(picture: Buffer, ExternalImageId: string | undefined): string {
  return createHash('sha256')
    .update(picture)
    .update(`/${ExternalImageId ?? ''}`)
    .digest('base64url');
}

function sameBox(a: StoredFace['BoundingBox'], b: StoredFace['BoundingBox']): boolean {
  return a.Left === b.Left && a.Top === b.Top && a.Width === b.Width && a.Height === b.Height;
}
