import { type Pixels, resize } from './decode.ts';

/** A detector's input: the scaled picture in the top left corner, with an optional grey border. */
export interface Canvas {
  data: Float32Array;
  width: number;
  height: number;
  /** From canvas pixels to picture pixels: subtract the offset, divide by the scale. */
  scale: number;
  offset: number;
}

const GREY = 127;

/**
 * @param side longest side of the canvas
 * @param border on each side, as a fraction of the picture's longest side
 * @param step width and height are rounded up to a multiple of it
 * @param tone converts a byte of channel 0, 1 or 2 to the network's input value
 */
export async function drawCanvas(
  picture: Pixels,
  {
    side,
    border,
    step,
    tone,
  }: { side: number; border: number; step: number; tone: (byte: number, channel: number) => number },
): Promise<Canvas> {
  const longest = Math.max(picture.width, picture.height);
  const factor = side / (longest * (1 + 2 * border));
  const inner = { width: Math.round(picture.width * factor), height: Math.round(picture.height * factor) };
  const offset = Math.round(longest * border * factor);
  const outer = { width: inner.width + 2 * offset, height: inner.height + 2 * offset };
  const width = Math.min(side, Math.ceil(outer.width / step) * step);
  const height = Math.min(side, Math.ceil(outer.height / step) * step);
  const pixels = await resize(picture, inner.width, inner.height);
  const data = new Float32Array(width * height * 3);
  const toneOf = [0, 1, 2].map((channel) => Float32Array.from({ length: 256 }, (_, byte) => tone(byte, channel)));
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const inX = x - offset;
      const inY = y - offset;
      const inside = inX >= 0 && inY >= 0 && inX < inner.width && inY < inner.height;
      const from = (inY * inner.width + inX) * 3;
      const blank = x < outer.width && y < outer.height ? GREY : 0;
      for (let c = 0; c < 3; c++) data[at + c] = toneOf[c]![inside ? pixels[from + c]! : blank]!;
    }
  }
  return { data, width, height, scale: factor, offset };
}
