import type { Config } from './config.ts';

/** The paid operations. Each has a quota of calls per second, per account and region. */
export const PAID_OPERATIONS = ['DetectFaces', 'SearchFacesByImage', 'IndexFaces'] as const;
export type PaidOperation = (typeof PAID_OPERATIONS)[number];

/** Calls per second. */
export type Rates = Readonly<Record<PaidOperation, number>>;

/**
 * Default quotas, read on 2026-11-24: AWS General Reference, "Amazon Rekognition endpoints and quotas",
 * https://docs.aws.amazon.com/general/latest/gr/rekognition.html
 */
const LARGE_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1'];
const IN_LARGE_REGIONS: Rates = { DetectFaces: 100, SearchFacesByImage: 50, IndexFaces: 50 };
const ELSEWHERE: Rates = { DetectFaces: 25, SearchFacesByImage: 5, IndexFaces: 5 };

export type QuotaSettings = Pick<
  Config,
  'region' | 'quotaShare' | 'detectFacesPerSecond' | 'searchFacesPerSecond' | 'indexFacesPerSecond'
>;

/** How fast each operation is called: the configured share of its quota. */
export function ratesOf(settings: QuotaSettings): Rates {
  const defaults = LARGE_REGIONS.includes(settings.region) ? IN_LARGE_REGIONS : ELSEWHERE;
  return {
    DetectFaces: settings.quotaShare * (settings.detectFacesPerSecond ?? defaults.DetectFaces),
    SearchFacesByImage: settings.quotaShare * (settings.searchFacesPerSecond ?? defaults.SearchFacesByImage),
    IndexFaces: settings.quotaShare * (settings.indexFacesPerSecond ?? defaults.IndexFaces),
  };
}
