import type { OpenAPIHono } from '@hono/zod-openapi';
import { planComparison, rememberedPairs, searchSome, unanswered } from '../../client/calibration/compare.ts';
import { readKnownFaces } from '../../client/calibration/faces.ts';
import { otherwiseAt, readNewestFaces, type NewestFaces } from '../../client/calibration/otherwise.ts';
import {
  countPairs,
  FINEST,
  judge,
  pairsNeeded,
  ratesAt,
  TABLE,
  type Judgement,
  type Pair,
  type Rate,
} from '../../client/calibration/rates.ts';
import type { Target } from '../../client/deployment/target.ts';
import { Kept } from '../../client/kept.ts';
import { dollarsOf } from '../../client/prices.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { json, route } from './route.ts';
import { Calibration, CalibrationQuery } from './schemas/calibration.ts';

const readRoute = route('viewer', {
  method: 'get',
  path: '/api/calibration',
  summary: 'Which threshold gives how many false matches and misses, from the searches that were made',
  request: { query: CalibrationQuery },
  responses: { 200: json(Calibration, 'The calibration') },
});

const searchRoute = route('editor', {
  method: 'post',
  path: '/api/calibration',
  summary: 'Makes some of the searches that were not made yet, which are paid for: send it again until none is left',
  request: { query: CalibrationQuery },
  responses: { 200: json(Calibration, 'The calibration with them') },
});

/** The faces that are known are all read, so seldom. */
const KEPT_MS = 60_000;
/** Made for one request, so that it is answered within the 30 seconds that an HTTP API waits. */
const AT_ONCE = 50;

/** From 0 to 100 in steps of a half. */
const CURVE = FINEST.filter((_, at) => at % 5 === 0);

interface Known {
  readonly enrolled: number;
  readonly confirmed: number;
  readonly searches: number;
  readonly pairs: readonly Pair[];
  readonly newest: NewestFaces;
}

export function calibrationRoutes(api: OpenAPIHono<ApiEnv>, { target, now }: ApiServices): void {
  const kept = new Kept<Known>({ keptMs: KEPT_MS, now });
  const { face_match_threshold: threshold } = target.deployment;

  api.openapi(readRoute, async (context) => {
    const known = await kept.get('', () => readKnown(target));
    return context.json(calibrationOf(known, context.req.valid('query').false_match, threshold), 200);
  });

  api.openapi(searchRoute, async (context) => {
    await searchSome(target, await planComparison(target, await readKnownFaces(target)), AT_ONCE);
    kept.clear();
    const known = await kept.get('', () => readKnown(target));
    return context.json(calibrationOf(known, context.req.valid('query').false_match, threshold), 200);
  });
}

async function readKnown(target: Target): Promise<Known> {
  const { enrolled, confirmed } = await readKnownFaces(target);
  const [plan, newest] = await Promise.all([planComparison(target, { enrolled, confirmed }), readNewestFaces(target)]);
  return {
    enrolled: enrolled.length,
    confirmed: confirmed.length,
    searches: unanswered(plan),
    pairs: rememberedPairs(plan),
    newest,
  };
}

function calibrationOf({ pairs, newest, ...counts }: Known, falseMatch: number, threshold: number): Calibration {
  const of = countPairs(pairs);
  const rates = ratesAt(pairs, FINEST);
  const advice = judge(rates, of, falseMatch);
  return {
    ...counts,
    dollars: dollarsOf(counts.searches),
    pairs: of,
    threshold,
    false_match: falseMatch,
    advice: advice ? adviceView(advice) : null,
    pairs_needed: pairsNeeded(falseMatch),
    table: ratesAt(pairs, TABLE).map(rateView),
    curve: rates.filter(({ threshold: at }) => CURVE.includes(at)).map(rateView),
    otherwise: {
      faces: newest.count,
      since: newest.since ?? null,
      curve: otherwiseAt(newest.dependent, CURVE),
    },
  };
}

const rateView = ({ threshold, falseMatches, misses }: Rate) => ({ threshold, false_matches: falseMatches, misses });

const adviceView = ({ falseMatchLimit, missLimit, isShown, ...rate }: Judgement) => ({
  ...rateView(rate),
  false_match_limit: falseMatchLimit,
  miss_limit: missLimit ?? null,
  is_shown: isShown,
});
