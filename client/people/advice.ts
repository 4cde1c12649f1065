import type { EnrolledFaceRecord } from '../../schemas/records.ts';
import { counted } from '../text.ts';

/** Fewer are too few to know a face from its sides and in other light. More than ten seldom add anything. */
const ADVISED = { least: 3, most: 10 };
/** Portraits that differ by less, in degrees, show the face from one side. */
const OTHER_ANGLE = 15;
/** Portraits that differ by less, of 100, are taken in the same light. */
const OTHER_LIGHT = 10;

type Portrait = Pick<EnrolledFaceRecord, 'yaw' | 'brightness'>;

/** What would help to recognize a person of whom there are few portraits. Undefined if there are enough. */
export function adviceOn(name: string, portraits: readonly Portrait[]): string | undefined {
  if (portraits.length === 0 || portraits.length >= ADVISED.least) return undefined;
  const missing = [
    ...(spread(portraits, 'yaw') < OTHER_ANGLE ? ['from another angle'] : []),
    ...(spread(portraits, 'brightness') < OTHER_LIGHT ? ['in other light'] : []),
  ];
  const help = missing.length === 0 ? '' : ` Photos ${missing.join(' and ')} would help most.`;
  const { least, most } = ADVISED;
  return `${name} has ${counted(portraits.length, 'portrait')}; ${least} to ${most} are advised.${help}`;
}

function spread(portraits: readonly Portrait[], what: keyof Portrait): number {
  const values = portraits.flatMap((portrait) => portrait[what] ?? []);
  return values.length === 0 ? 0 : Math.max(...values) - Math.min(...values);
}
