import type { Run, Span } from './invocation.ts';

/** Calls that cannot but follow each other, because each needs what the one before it wrote or answered. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  // Only the owner of the photo may pay, and only for a picture that was read and checked.
  LoadImage: ['UpdateItem', 'GetObject photo', 'check'],
  DetectFaces: ['DetectFaces'],
  // A retry or a redrive must not pay again, so the answer is kept before the state ends.
  SearchFace: ['SearchFacesByImage', 'PutObject'],
  PersistFace: ['PutItem'],
  // The status comes last, after the JSON, which needs all rows.
  WriteProcessed: ['Query', 'PutObject', 'UpdateItem'],
};

const OWN_TIME = new Set(['EventBridge', 'StartExecution', 'Transition', 'Invoke']);

/** A link of the critical path. */
export type Link = Pick<Span, 'state' | 'what'> & { readonly milliseconds: number };

/**
 * The slowest chain of calls that must follow each other, from the latencies of one run: its states with Step Functions'
 * own time, in each of them only the needed calls, and the face whose crop, search and row take longest.
 */
export function criticalPath({ spans }: Run): Link[] {
  const common = spans.filter(({ face }) => face === undefined);
  // Rekognition reads the crop from S3, so a search follows the write of its crop. The face of a crop is its order.
  const crops = common.filter(({ state, what }) => state === 'DetectFaces' && what === 'crop');
  const writes = common.filter(({ state, what }) => state === 'DetectFaces' && what === 'PutObject crop');
  const faces = crops.map((crop, index) => [
    ...[crop, ...writes.slice(index, index + 1)].map(linkOf),
    ...links(spans.filter(({ face }) => face === index)),
  ]);
  const [slowest = []] = faces.toSorted((a, b) => total(b) - total(a));
  return [...links(common), ...slowest];
}

/** Own time, and of each needed call the first. */
function links(spans: readonly Span[]): Link[] {
  const needed = spans.filter(({ state, what }, index) => {
    if (OWN_TIME.has(what)) return true;
    const first = spans.findIndex((one) => one.state === state && one.what === what);
    return first === index && NEEDED[state]?.includes(what);
  });
  return needed.map(linkOf);
}

const linkOf = ({ state, what, start, end }: Span): Link => ({ state, what, milliseconds: end - start });

export const total = (path: readonly Link[]): number => path.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
