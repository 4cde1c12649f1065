import type { Run, Span } from './invocation.ts';

/** Calls that cannot but follow each other, because each needs what the one before it wrote or answered. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  // Only the owner of the photo may pay. The pixels are read meanwhile, but a photo is checked before it is paid for.
  LoadImage: ['UpdateItem', 'GetObject photo'],
  DetectFaces: ['DetectFaces'],
  // Rekognition reads the crop from S3.
  CropFaces: ['crop', 'PutObject'],
  SearchFace: ['SearchFacesByImage'],
  PersistFace: ['PutItem'],
  WriteProcessed: ['Query', 'PutObject', 'UpdateItem'],
};

const OWN_TIME = new Set(['EventBridge', 'StartExecution', 'Transition', 'Invoke']);

/** A link of the critical path. */
export type Link = Pick<Span, 'state' | 'what'> & { readonly milliseconds: number };

/**
 * The slowest chain of calls that must follow each other, from the latencies of one run: its states with Step Functions'
 * own time, in each of them only the needed calls, and the slowest face.
 */
export function criticalPath({ spans }: Run): Link[] {
  const common = spans.filter(({ face, state }) => face === undefined && state !== 'CropFaces');
  const ofFace = (index: number) => [
    ...spans.filter(({ face }) => face === index),
    ...NEEDED['CropFaces']!.flatMap((what) => spans.filter(isIn('CropFaces', what))[index] ?? []),
  ];
  const faces = spans.filter(isIn('CropFaces', 'crop')).map((_, index) => links(ofFace(index)));
  const [slowest = []] = faces.toSorted((a, b) => total(b) - total(a));
  return [...links([...common, ...spans.filter(inState('CropFaces', OWN_TIME))]), ...slowest];
}

const isIn = (state: string, what: string) => (span: Span) => span.state === state && span.what === what;
const inState = (state: string, whats: ReadonlySet<string>) => (span: Span) =>
  span.state === state && whats.has(span.what);

/** Own time, and of each needed call the first. */
function links(spans: readonly Span[]): Link[] {
  const needed = spans.filter(({ state, what }, index) => {
    if (OWN_TIME.has(what)) return true;
    const first = spans.findIndex((one) => one.state === state && one.what === what);
    return first === index && NEEDED[state]?.includes(what);
  });
  return needed.map(({ state, what, start, end }) => ({ state, what, milliseconds: end - start }));
}

export const total = (path: readonly Link[]): number => path.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
