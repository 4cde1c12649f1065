import { DetectFacesCommand, SearchFacesByImageCommand, type BoundingBox } from '@aws-sdk/client-rekognition';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import sharp, { type OutputInfo } from 'sharp';
import type { eventOf } from './pipeline.ts';
import type { Services } from './services.ts';

/**
 * What the pipeline is compared with: one function that does the same work, as one would write it in an afternoon. It
 * detects, then for each face crops, searches and writes, and at last writes the JSON. It leaves out what the pipeline
 * also does: no claim, no memory of paid answers, no check for damaged pictures, no older versions, no retries.
 */
export async function handler({ detail }: ReturnType<typeof eventOf>, services: Services): Promise<void> {
  const { s3, dynamoDb, rekognition } = services;
  const { key, etag } = detail.object;
  const Bucket = detail.bucket.name;
  const image_id = key.slice('input/'.length);

  const { FaceDetails = [] } = await rekognition.send(
    new DetectFacesCommand({ Image: { S3Object: { Bucket, Name: key } }, Attributes: ['ALL'] }),
  );
  const photo = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  const { data, info } = await sharp(await photo.Body!.transformToByteArray())
    .raw()
    .toBuffer({ resolveWithObject: true });

  const faces: Record<string, unknown>[] = [];
  for (const [index, { BoundingBox: box = {}, Confidence, Emotions }] of FaceDetails.entries()) {
    const jpeg = await sharp(data, { raw: info }).extract(pixelsOf(box, info)).jpeg().toBuffer();
    const crop_key = `faces/plain/${etag}/${index}.jpg`;
    await s3.send(new PutObjectCommand({ Bucket, Key: crop_key, Body: jpeg, ContentType: 'image/jpeg' }));
    const { FaceMatches: [best] = [] } = await rekognition.send(
      new SearchFacesByImageCommand({
        CollectionId: services.collectionId,
        Image: { S3Object: { Bucket, Name: crop_key } },
        FaceMatchThreshold: services.threshold,
        MaxFaces: 1,
      }),
    );
    const person_id = best?.Face?.ExternalImageId;
    const person = person_id === undefined ? undefined : await personOf(person_id, services);
    const face = { index, crop_key, confidence: Confidence, emotions: Emotions, person, similarity: best?.Similarity };
    await dynamoDb.send(
      new PutCommand({ TableName: services.resultsTable, Item: { image_id, record: `face#${index}`, ...face } }),
    );
    faces.push(face);
  }

  const processed_key = `processed/plain/${image_id}.json`;
  await s3.send(new PutObjectCommand({ Bucket, Key: processed_key, Body: JSON.stringify({ image_id, faces }) }));
  await dynamoDb.send(
    new PutCommand({
      TableName: services.resultsTable,
      Item: { image_id, record: 'photo', status: 'COMPLETED', face_count: faces.length, processed_key },
    }),
  );
}

async function personOf(person_id: string, { dynamoDb, peopleTable }: Services): Promise<unknown> {
  const { Item } = await dynamoDb.send(
    new GetCommand({ TableName: peopleTable, Key: { person_id, record: 'person' } }),
  );
  return Item?.['name'];
}

/** With a third of the box as padding on each side. */
function pixelsOf({ Left = 0, Top = 0, Width = 0, Height = 0 }: BoundingBox, { width, height }: OutputInfo) {
  const left = Math.max(0, Math.floor((Left - Width / 3) * width));
  const top = Math.max(0, Math.floor((Top - Height / 3) * height));
  return {
    left,
    top,
    width: Math.min(width - left, Math.ceil((Width * 5 * width) / 3)),
    height: Math.min(height - top, Math.ceil((Height * 5 * height) / 3)),
  };
}
