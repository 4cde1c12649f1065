import sharp from 'sharp';
import type { VirtualClock } from './clock.ts';
import { invocation } from './invocation.ts';
import { PIXEL_WORK, type PixelWork } from './latencies.ts';

interface Internals {
  readonly options: { readonly formatOut: string; readonly width: number };
}

/**
 * Charges the pixel work of every invocation in virtual time, as for a photo of 12 megapixels, while sharp really does
 * it on a small one. One invocation's pixel work never overlaps: a function has about one processor.
 */
export function chargePixelWork(clock: VirtualClock): void {
  const toBuffer = sharp.prototype.toBuffer as (...args: unknown[]) => Promise<unknown>;
  const charged = async function charged(this: Internals, ...args: unknown[]) {
    const result = await clock.during(toBuffer.apply(this, args));
    const current = invocation.getStore();
    if (!current) return result;
    const what = kindOf(this);
    const start = Math.max(clock.now(), current.processorFree);
    current.processorFree = start + PIXEL_WORK[what];
    current.run.spans.push({ ...current, what, start, end: current.processorFree });
    await clock.sleep(current.processorFree - clock.now());
    return result;
  };
  Object.assign(sharp.prototype, { toBuffer: charged });
  const metadata = sharp.prototype.metadata as () => Promise<unknown>;
  const awaited = function awaited(this: unknown) {
    return clock.during(metadata.apply(this));
  };
  Object.assign(sharp.prototype, { metadata: awaited });
}

/** Raw pixels at a small size are the check for damage, raw pixels of the whole are for the crops. */
function kindOf({ options: { formatOut, width } }: Internals): PixelWork {
  if (formatOut !== 'raw') return 'crop';
  return width > 0 ? 'check' : 'decode';
}
