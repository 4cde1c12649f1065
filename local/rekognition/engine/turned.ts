import { bySize, type DetectedBox, overlap, withoutParts } from './boxes.ts';
import { type Turn, TURNS } from './cut.ts';
import { type Pixels, turn as turnPicture } from './decode.ts';
import { detect, MAX_OVERLAP } from './detect.ts';
import { rollOf } from './measure.ts';
import type { SsdNet } from './nets/ssd-net.ts';
import type { Point } from './types.ts';

/** How most of the faces are turned, as in a scan that lies on its side, or a photo that lost its EXIF orientation. */
export function turnOf(faces: readonly Point[][]): Turn {
  const turns = faces.map((points) => ((Math.round(rollOf(points) / 90) * 90 + 360) % 360) as Turn);
  return TURNS.find((turn) => turns.filter((each) => each === turn).length * 2 > turns.length) ?? 0;
}

/** Looks at the picture turned back, which shows more faces than it did turned, and adds those. The largest first. */
export async function addUprightFaces(
  ssd: SsdNet,
  picture: Pixels,
  turn: Turn,
  faces: readonly DetectedBox[],
): Promise<DetectedBox[]> {
  const upright = await detect(ssd, await turnPicture(picture, 360 - turn));
  const found = upright.map((box) => turned(box, turn, picture));
  // Those were seen better. What is found again keeps the box that it got upright.
  const others = faces.filter((face) => found.every((each) => overlap(each, face) <= MAX_OVERLAP));
  return withoutParts([...found, ...others]).sort(bySize);
}

/** A box of the upright picture, in the picture that is turned clockwise. */
function turned({ left, top, right, bottom, score }: DetectedBox, turn: Turn, { width, height }: Pixels): DetectedBox {
  if (turn === 90) return { left: width - bottom, right: width - top, top: left, bottom: right, score };
  if (turn === 270) return { left: top, right: bottom, top: height - right, bottom: height - left, score };
  return { left: width - right, right: width - left, top: height - bottom, bottom: height - top, score };
}
