import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { randomFrom } from './frame.ts';

/** Pictures without a face: those of a folder, or else drawn ones. */
export async function readBackgrounds(folder: string | undefined): Promise<Buffer[]> {
  if (folder === undefined) return Promise.all([1, 2, 3, 4, 5, 6].map(drawBackground));
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png)$/i.test(name)).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name))));
}

const [WIDTH, HEIGHT] = [1920, 1080];
const SHAPES = 240;

/** Discs, boxes and strokes of every size, in colours of stone, leaves and skin, with noise. */
async function drawBackground(seed: number): Promise<Buffer> {
  const random = randomFrom(seed);
  const shapes = Array.from({ length: SHAPES }, (_, i) => {
    const size = 8 * 50 ** random() * (1 - i / SHAPES / 2);
    const [x, y] = [random() * WIDTH, random() * HEIGHT];
    const colour = `hsl(${Math.floor(random() * 140)} ${Math.floor(random() * 60)}% ${Math.floor(15 + random() * 70)}%)`;
    if (i % 3 === 0) return `<ellipse cx="${x}" cy="${y}" rx="${size / 2}" ry="${size * 0.65}" fill="${colour}"/>`;
    if (i % 3 === 1) return `<rect x="${x}" y="${y}" width="${size}" height="${size * 0.7}" fill="${colour}"/>`;
    return `<path d="M${x} ${y}q${size} ${-size} ${2 * size} 0" stroke="${colour}" stroke-width="${size / 8}" fill="none"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${shapes.join('')}</svg>`;
  const noise = { type: 'gaussian', mean: 128, sigma: 25 } as const;
  const grain = { create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#808080', noise } } as const;
  const input = await sharp(grain).png().toBuffer();
  return sharp(Buffer.from(svg))
    .flatten({ background: '#9a8f80' })
    .composite([{ input, blend: 'soft-light' }])
    .png()
    .toBuffer();
}
