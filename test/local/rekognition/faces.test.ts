import {
  type BoundingBox,
  CompareFacesCommand,
  CreateUserCommand,
  AssociateFacesCommand,
  DeleteFacesCommand,
  DescribeCollectionCommand,
  DetectFacesCommand,
  IndexFacesCommand,
  type IndexFacesCommandInput,
  ListFacesCommand,
  type RekognitionClient,
  SearchFacesByImageCommand,
  SearchFacesCommand,
  SearchUsersByImageCommand,
} from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aFace, AT, blank, errorOf, id, type Running, sample, startService, vector } from './service.ts';

const FaceModelVersion = 'face-api-1.7.15';
const CollectionId = 'album';
let service: Running;
let client: RekognitionClient;
let photo: Buffer;
let boxes: BoundingBox[];

beforeAll(async () => {
  service = await startService(async (collections) => {
    await collections.putRecord({ id: 'seeded', createdAt: AT.getTime(), tags: {} });
    // The distance of face n from face 0 is n tenths.
    const faces = Array.from({ length: 7 }, (_, n) => ({ face: aFace(100 + n), vector: vector(0, n / 10) }));
    await collections.putFaces('seeded', faces);
    await collections.putRecord({ id: CollectionId, createdAt: AT.getTime(), tags: {} });
  });
  client = service.client;
  photo = await sample(3);
  const { FaceDetails } = await client.send(new DetectFacesCommand({ Image: { Bytes: photo } }));
  boxes = FaceDetails!.map(({ BoundingBox }) => BoundingBox!);
});
afterAll(() => service.stop());

const answer = <Output extends { $metadata: unknown }>({ $metadata: _metadata, ...rest }: Output) => rest;
const index = (input: Partial<IndexFacesCommandInput> = {}) =>
  client.send(new IndexFacesCommand({ CollectionId, Image: { Bytes: photo }, ExternalImageId: 'photo-3', ...input }));
const searchByImage = (Bytes: Buffer, more: object = {}) =>
  client.send(new SearchFacesByImageCommand({ CollectionId, Image: { Bytes }, ...more }));
const count = async () => (await client.send(new DescribeCollectionCommand({ CollectionId }))).FaceCount;

/** The box enlarged by a third on each side. */
async function crop({ Left = 0, Top = 0, Width = 0, Height = 0 }: BoundingBox): Promise<Buffer> {
  const { width, height } = await sharp(photo).metadata();
  const left = Math.max(0, Math.round((Left - Width / 3) * width));
  const top = Math.max(0, Math.round((Top - Height / 3) * height));
  const right = Math.min(width, Math.round((Left + (Width * 4) / 3) * width));
  const bottom = Math.min(height, Math.round((Top + (Height * 4) / 3) * height));
  return sharp(photo)
    .extract({ left, top, width: right - left, height: bottom - top })
    .jpeg({ quality: 95 })
    .toBuffer();
}

test('every face of a photo is indexed, largest first, and listed as it was returned', async () => {
  const { FaceRecords, UnindexedFaces } = await index();
  expect(UnindexedFaces).toStrictEqual([]);
  expect(FaceRecords!.map(({ Face }) => Face)).toStrictEqual(
    boxes.map((BoundingBox, i) => ({
      FaceId: id(2 + i),
      ImageId: id(1),
      ExternalImageId: 'photo-3',
      BoundingBox,
      Confidence: FaceRecords![i]!.FaceDetail!.Confidence,
      IndexFacesModelVersion: FaceModelVersion,
    })),
  );
  expect(FaceRecords).toHaveLength(3);
  const sizes = boxes.map(({ Width, Height }) => Width! * Height!);
  expect(sizes).toStrictEqual(sizes.toSorted((a, b) => b - a));
  const { Faces } = await client.send(new ListFacesCommand({ CollectionId }));
  expect(Faces).toStrictEqual(FaceRecords!.map(({ Face }) => Face));
});

test('the same photo is indexed once for each ExternalImageId', async () => {
  const again = await index();
  expect(again.FaceRecords!.map(({ Face }) => Face!.FaceId)).toStrictEqual([id(2), id(3), id(4)]);
  expect(await count()).toBe(3);
  const other = await index({ ExternalImageId: 'other', MaxFaces: 1 });
  expect(other.FaceRecords!.map(({ Face }) => [Face!.FaceId, Face!.ImageId])).toStrictEqual([[id(6), id(5)]]);
  expect(other.UnindexedFaces!.map(({ Reasons }) => Reasons)).toStrictEqual([
    ['EXCEEDS_MAX_FACES'],
    ['EXCEEDS_MAX_FACES'],
  ]);
  await client.send(new DeleteFacesCommand({ CollectionId, FaceIds: [id(6)] }));
  expect(await count()).toBe(3);
});

test('each face is found by its crop', async () => {
  const best = [];
  for (const box of boxes) {
    const { FaceMatches } = await searchByImage(await crop(box), { FaceMatchThreshold: 95 });
    best.push(FaceMatches!.map(({ Face }) => Face!.FaceId));
  }
  expect(best).toStrictEqual([[id(2)], [id(3)], [id(4)]]);
});

test('only the largest face of a picture is searched', async () => {
  const found = await searchByImage(photo);
  expect(answer(found)).toStrictEqual({
    SearchedFaceBoundingBox: boxes[0],
    SearchedFaceConfidence: expect.closeTo(found.FaceMatches![0]!.Face!.Confidence!, 8),
    FaceMatches: [{ Similarity: expect.closeTo(100, 2), Face: expect.objectContaining({ FaceId: id(2) }) }],
    FaceModelVersion,
  });
});

test('users are found by a picture, and the unsearched faces are returned', async () => {
  await client.send(new CreateUserCommand({ CollectionId, UserId: 'third' }));
  await client.send(new AssociateFacesCommand({ CollectionId, UserId: 'third', FaceIds: [id(2)] }));
  const search = (Bytes: Buffer) => client.send(new SearchUsersByImageCommand({ CollectionId, Image: { Bytes } }));
  const found = await search(photo);
  expect(found.UserMatches).toStrictEqual([
    { Similarity: expect.closeTo(100, 2), User: { UserId: 'third', UserStatus: 'ACTIVE' } },
  ]);
  expect(found.SearchedFace!.FaceDetail!.BoundingBox).toStrictEqual(boxes[0]);
  expect(found.UnsearchedFaces!.map(({ FaceDetails, Reasons }) => [FaceDetails!.BoundingBox, Reasons])).toStrictEqual([
    [boxes[1], ['FACE_NOT_LARGEST']],
    [boxes[2], ['FACE_NOT_LARGEST']],
  ]);
  const none = await search(await blank().png().toBuffer());
  expect(answer(none)).toStrictEqual({ UserMatches: [], UnsearchedFaces: [], FaceModelVersion });
});

test('the largest face of the source is compared with all faces of the target', async () => {
  const one = await crop(boxes[1]!);
  const { SourceImageFace, FaceMatches, UnmatchedFaces } = await client.send(
    new CompareFacesCommand({ SourceImage: { Bytes: one }, TargetImage: { Bytes: photo } }),
  );
  expect(Object.keys(SourceImageFace!)).toStrictEqual(['BoundingBox', 'Confidence']);
  expect(FaceMatches!.map(({ Face, Similarity }) => [Face!.BoundingBox, Similarity! > 99])).toStrictEqual([
    [boxes[1], true],
  ]);
  expect(UnmatchedFaces!.map(({ BoundingBox }) => BoundingBox)).toStrictEqual([boxes[0], boxes[2]]);
  expect(Object.keys(UnmatchedFaces![0]!).sort()).toStrictEqual([
    'BoundingBox',
    'Confidence',
    'Landmarks',
    'Pose',
    'Quality',
  ]);
});

test('small faces are not indexed unless the filter is NONE', async () => {
  const tiny = await sharp(photo).resize(190).jpeg().toBuffer();
  const filtered = await index({ Image: { Bytes: tiny }, ExternalImageId: 'tiny' });
  expect(filtered.FaceRecords).toStrictEqual([]);
  expect(filtered.UnindexedFaces!.map(({ Reasons }) => Reasons!.includes('SMALL_BOUNDING_BOX'))).toStrictEqual([
    true,
    true,
    true,
  ]);
  const all = await index({ Image: { Bytes: tiny }, ExternalImageId: 'tiny', QualityFilter: 'NONE' });
  expect(all.UnindexedFaces).toStrictEqual([]);
  expect(all.FaceRecords).toHaveLength(3);
  const FaceIds = all.FaceRecords!.map(({ Face }) => Face!.FaceId!);
  await client.send(new DeleteFacesCommand({ CollectionId, FaceIds }));
  expect(await errorOf(searchByImage(tiny, { QualityFilter: 'HIGH' }))).toBe(
    'InvalidParameterException: There are no faces in the image. Should be at least 1.',
  );
});

test('similar faces are found by a face id, most similar first, without the face itself', async () => {
  const search = async (more: object) => {
    const found = await client.send(new SearchFacesCommand({ CollectionId: 'seeded', FaceId: id(100), ...more }));
    return found.FaceMatches!.map(({ Face, Similarity }) => [Face!.FaceId, Math.round(Similarity!)]);
  };
  // Distance 0.5 is a similarity of 80, within 32-bit precision.
  expect(await search({ FaceMatchThreshold: 79.9 })).toStrictEqual([
    [id(101), 100],
    [id(102), 100],
    [id(103), 100],
    [id(104), 98],
    [id(105), 80],
  ]);
  expect(await search({ MaxFaces: 2, FaceMatchThreshold: 0 })).toStrictEqual([
    [id(101), 100],
    [id(102), 100],
  ]);
  expect(await search({ FaceMatchThreshold: 98 })).toHaveLength(3);
});

test('faces are listed in pages and by id', async () => {
  const list = (more: object) => client.send(new ListFacesCommand({ CollectionId: 'seeded', ...more }));
  const first = await list({ MaxResults: 4 });
  const second = await list({ MaxResults: 4, NextToken: first.NextToken });
  expect([first, second].map(({ Faces }) => Faces!.map(({ FaceId }) => FaceId))).toStrictEqual([
    [100, 101, 102, 103].map(id),
    [104, 105, 106].map(id),
  ]);
  expect(second.NextToken).toBeUndefined();
  const some = await list({ FaceIds: [id(106), id(999), id(100)] });
  expect(some.Faces!.map(({ FaceId }) => FaceId)).toStrictEqual([id(100), id(106)]);
  const foreign = await errorOf(client.send(new ListFacesCommand({ CollectionId, NextToken: first.NextToken! })));
  expect(foreign).toBe('InvalidPaginationTokenException: Invalid NextToken');
});

test('a picture without a face cannot be searched or compared, and indexes nothing', async () => {
  const nobody = await blank().png().toBuffer();
  const noFaces = 'InvalidParameterException: There are no faces in the image. Should be at least 1.';
  expect(await errorOf(searchByImage(nobody))).toBe(noFaces);
  const compare = client.send(
    new CompareFacesCommand({ SourceImage: { Bytes: nobody }, TargetImage: { Bytes: photo } }),
  );
  expect(await errorOf(compare)).toBe(noFaces);
  const { FaceRecords, UnindexedFaces } = await index({ Image: { Bytes: nobody } });
  expect([FaceRecords, UnindexedFaces]).toStrictEqual([[], []]);
});

test('an error names what does not exist or is out of range', async () => {
  const nowhere = { CollectionId: 'nowhere', Image: { Bytes: photo } };
  const missing = 'ResourceNotFoundException: The collection id: nowhere does not exist';
  expect(await errorOf(client.send(new IndexFacesCommand(nowhere)))).toBe(missing);
  expect(await errorOf(client.send(new SearchFacesByImageCommand(nowhere)))).toBe(missing);
  expect(await errorOf(client.send(new ListFacesCommand({ CollectionId: 'nowhere' })))).toBe(missing);
  expect(await errorOf(client.send(new SearchFacesCommand({ CollectionId, FaceId: id(999) })))).toBe(
    'InvalidParameterException: faceId was not found in the collection',
  );
  expect(await errorOf(searchByImage(photo, { FaceMatchThreshold: 101, MaxFaces: 5000 }))).toBe(
    "InvalidParameterException: 2 validation errors detected: Value at 'maxFaces' failed to satisfy constraint: Member must have value less than or equal to 4096; Value at 'faceMatchThreshold' failed to satisfy constraint: Member must have value less than or equal to 100",
  );
  expect(await errorOf(index({ ExternalImageId: 'John Doe' }))).toContain("Value at 'externalImageId'");
});

test('deleted faces stay deleted after a restart', async () => {
  service = await service.restart();
  client = service.client;
  const deleted = await client.send(new DeleteFacesCommand({ CollectionId, FaceIds: [id(3), id(4)] }));
  expect(answer(deleted)).toStrictEqual({ DeletedFaces: [id(3), id(4)], UnsuccessfulFaceDeletions: [] });
  const { FaceMatches } = await searchByImage(await crop(boxes[1]!), { FaceMatchThreshold: 0 });
  expect(FaceMatches!.map(({ Face }) => [Face!.FaceId, Face!.UserId])).toStrictEqual([[id(2), 'third']]);
  expect((await index()).FaceRecords!.map(({ Face }) => Face!.FaceId)).toStrictEqual([
    id(2),
    expect.any(String),
    expect.any(String),
  ]);
});
