import { nameOf, type CompletedCall } from './injector.ts';

/** Operations of Rekognition that cost money. */
const PAID = new Set(['DetectFaces', 'IndexFaces', 'SearchFacesByImage', 'SearchFaces']);

/**
 * Paid calls that were carried out again after their answer had been kept: as JSON in `work/`, or by the end of their
 * task. Where a task pays for several at once, it cannot be told which of them a file is about: only when there are as
 * many files as calls is the answer taken for kept.
 */
export function paidTwice(effects: readonly CompletedCall[]): string[] {
  return effects.flatMap((again, at) => {
    if (!PAID.has(again.operation)) return [];
    const before = effects.slice(0, at);
    const alike = before.filter(({ task, operation }) => task === again.task && operation === again.operation);
    const [first] = alike;
    const same = alike.findLast(({ request }) => request === again.request);
    if (!first || !same) return [];
    const ended = before
      .slice(before.indexOf(same))
      .some(({ task }) => task !== again.task && task !== 'record-failure');
    const files = before.slice(before.indexOf(first)).filter((effect) => keeps(effect, again)).length;
    const paid = new Set(alike.map(({ request }) => request)).size;
    return ended || files >= paid ? [nameOf(again)] : [];
  });
}

const keeps = (effect: CompletedCall, { task }: CompletedCall) =>
  effect.task === task && effect.operation === 'PutObject' && /^PUT \S*\/work\/\S*\.json/.test(effect.request);
