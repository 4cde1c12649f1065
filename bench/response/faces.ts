import type { Operation } from '../../local/aws-json.ts';
import { personIdOf } from '../../schemas/keys.ts';

const MODEL = '7.0';

/** A photo's key says how many faces are in it. */
export const facesOfKey = {
  with: (faces: number) => `${faces}-faces`,
  read: (key: string) => Number(/(\d+)-faces/.exec(key)?.[1] ?? 1),
};

/** Faces in a grid, each of another size, so that they have an order. Every search finds the same person. */
export const rekognitionOperations: Readonly<Record<string, Operation>> = {
  DetectFaces: async ({ Image }) => {
    const count = facesOfKey.read((Image as { S3Object: { Name: string } }).S3Object.Name);
    const columns = Math.ceil(Math.sqrt(count));
    const FaceDetails = Array.from({ length: count }, (_, index) => {
      const side = (0.8 - index / 1000) / columns;
      const [column, row] = [index % columns, Math.floor(index / columns)];
      return {
        BoundingBox: { Left: column / columns, Top: row / columns, Width: side, Height: side },
        Confidence: 99.9,
        Emotions: [{ Type: 'CALM', Confidence: 99 }],
      };
    });
    return { FaceDetails };
  },
  SearchFacesByImage: async () => ({
    FaceMatches: [
      {
        Similarity: 99,
        Face: { FaceId: 'f5817d37-94f6-4335-bfee-6cf79a3d806e', ExternalImageId: personIdOf('John Doe') },
      },
    ],
    FaceModelVersion: MODEL,
  }),
};
