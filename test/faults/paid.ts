import { nameOf, type CompletedCall } from './injector.ts';

/** Operations of Rekognition that cost money. */
const PAID = new Set(['DetectFaces', 'IndexFaces', 'SearchFacesByImage', 'SearchFaces']);

/** Paid calls that were carried out again after their answer had been kept: as JSON in `work/`, or by the end of their task. */
export function paidTwice(effects: readonly CompletedCall[]): string[] {
  return effects.flatMap((paid, at) => {
    if (!PAID.has(paid.operation)) return [];
    const later = effects.slice(at + 1);
    const recorded = later.findIndex((effect) => records(effect, paid));
    const again = recorded === -1 ? [] : later.slice(recorded).filter(({ request }) => request === paid.request);
    return again.map(nameOf);
  });
}

const records = (effect: CompletedCall, { task }: CompletedCall) =>
  effect.task === task
    ? effect.operation === 'PutObject' && /^PUT \S*\/work\/\S*\.json/.test(effect.request)
    : effect.task !== 'record-failure';
