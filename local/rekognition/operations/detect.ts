import * as z from 'zod';
import { noFaces } from '../errors.ts';
import { comparedFace, confidence, boundingBox, faceDetail, needsAttributes } from '../face-detail.ts';
import { attributes, image, operation, percent, qualityFilter } from '../input.ts';
import { qualityReasons } from '../quality-filter.ts';
import type { Operations, Service } from '../service.ts';
import { similarityOf } from '../similarity.ts';
import { distance } from '../vectors.ts';

/** The operations that store nothing. */
export function detectOperations({ pictures }: Service): Operations {
  return {
    DetectFaces: operation(z.object({ Image: image, Attributes: attributes }), async ({ Image, Attributes }) => {
      const picture = await pictures.load(Image);
      const options = { find: 'all', attributes: needsAttributes(Attributes), descriptors: false } as const;
      const { faces } = await pictures.analyze(picture, options);
      return { FaceDetails: faces.map((face) => faceDetail(face, Attributes)) };
    }),

    CompareFaces: operation(
      z.object({
        SourceImage: image,
        TargetImage: image,
        SimilarityThreshold: percent(80),
        QualityFilter: qualityFilter('NONE'),
      }),
      async ({ SourceImage, TargetImage, SimilarityThreshold, QualityFilter }) => {
        const [source, target] = await Promise.all([pictures.load(SourceImage), pictures.load(TargetImage)]);
        const options = { attributes: false, descriptors: true };
        const [sources, targets] = await Promise.all([
          pictures.analyze(source, { find: 'largest', ...options }),
          pictures.analyze(target, { find: 'all', ...options }),
        ]);
        const [face] = sources.faces.filter((each) => qualityReasons(each, QualityFilter).length === 0);
        const others = targets.faces.filter((each) => qualityReasons(each, QualityFilter).length === 0);
        if (!face || others.length === 0) throw noFaces();
        const compared = others.map((each) => ({
          Similarity: similarityOf(distance(face.descriptor!, each.descriptor!)),
          Face: comparedFace(each),
        }));
        return {
          SourceImageFace: { BoundingBox: boundingBox(face.box), Confidence: confidence(face) },
          FaceMatches: compared
            .filter(({ Similarity }) => Similarity >= SimilarityThreshold)
            .sort((a, b) => b.Similarity - a.Similarity),
          UnmatchedFaces: compared.filter(({ Similarity }) => Similarity < SimilarityThreshold).map(({ Face }) => Face),
        };
      },
    ),
  };
}
