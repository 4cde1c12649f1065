import type { Config } from './config.ts';
import type { Variable } from './environment.ts';

/** The paid operations. Each has a quota of calls per second, per account and region. */
export const PAID_OPERATIONS = ['DetectFaces', 'SearchFacesByImage', 'SearchFaces', 'IndexFaces'] as const;
export type PaidOperation = (typeof PAID_OPERATIONS)[number];

/** Calls per second. */
export type Rates = Readonly<Record<PaidOperation, number>>;

/** The setting that replaces the default quota. */
export const RATE_SETTINGS = {
  DetectFaces: 'detectFacesPerSecond',
  SearchFacesByImage: 'searchFacesPerSecond',
  SearchFaces: 'compareFacesPerSecond',
  IndexFaces: 'indexFacesPerSecond',
} as const satisfies Record<PaidOperation, keyof Config>;

/** The variable that tells functions the rate. */
export const RATE_VARIABLES = {
  DetectFaces: 'DETECT_FACES_PER_SECOND',
  SearchFacesByImage: 'SEARCH_FACES_PER_SECOND',
  SearchFaces: 'COMPARE_FACES_PER_SECOND',
  IndexFaces: 'INDEX_FACES_PER_SECOND',
} as const satisfies Record<PaidOperation, Variable>;

/**
 * Default quotas, in November 2026: AWS General Reference, "Amazon Rekognition endpoints and quotas",
 * https://docs.aws.amazon.com/general/latest/gr/rekognition.html
 */
const LARGE_REGIONS: readonly string[] = ['us-east-1', 'us-west-2', 'eu-west-1'];
const IN_LARGE_REGIONS: Rates = { DetectFaces: 100, SearchFacesByImage: 50, SearchFaces: 50, IndexFaces: 50 };
const ELSEWHERE: Rates = { DetectFaces: 25, SearchFacesByImage: 5, SearchFaces: 5, IndexFaces: 5 };

export type QuotaSettings = Pick<Config, 'region' | 'quotaShare' | (typeof RATE_SETTINGS)[PaidOperation]>;

/** How fast each operation is called: the configured share of its quota. */
export function ratesOf(settings: QuotaSettings): Rates {
  const defaults = LARGE_REGIONS.includes(settings.region) ? IN_LARGE_REGIONS : ELSEWHERE;
  const rateOf = (operation: PaidOperation) =>
    settings.quotaShare * (settings[RATE_SETTINGS[operation]] ?? defaults[operation]);
  return {
    DetectFaces: rateOf('DetectFaces'),
    SearchFacesByImage: rateOf('SearchFacesByImage'),
    SearchFaces: rateOf('SearchFaces'),
    IndexFaces: rateOf('IndexFaces'),
  };
}
