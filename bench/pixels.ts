// node bench/pixels.ts
//
// Measures the peak memory and the processor time of the two tasks that decode pixels, by the size of the photo. Each
// photo has its own process, because the peak belongs to the process. A tenth of the photo is cropped as a face.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { cropFace, decodePixels } from '../tasks/images/crop.ts';
import { normalize } from '../tasks/images/normalize.ts';

const WORK: Readonly<Record<string, (photo: Buffer) => Promise<unknown>>> = {
  'load-image': normalize,
  'detect-faces': async (photo) =>
    cropFace(await decodePixels(photo), { left: 0.4, top: 0.4, width: 0.1, height: 0.1 }, []),
};
const [task, file] = process.argv.slice(2);
if (task !== undefined && file !== undefined) await measure();
else await compare();

async function measure(): Promise<void> {
  const before = process.cpuUsage();
  await WORK[task!]!(await readFile(file!));
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ cpu: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1000 }));
}

interface Measured {
  readonly cpu: number;
  readonly megabytes: number;
}

async function compare(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rollcall-pixels-'));
  try {
    console.log('| photo | task | processor | peak memory |');
    console.log('| --- | --- | --: | --: |');
    for (const [megapixels, format] of [
      [12, 'jpeg'],
      [50, 'jpeg'],
      [100, 'jpeg'],
      [100, 'webp'],
      [268, 'png'],
    ] as const) {
      const photo = path.join(folder, `${megapixels}.${format}`);
      await write(photo, megapixels);
      for (const name of Object.keys(WORK)) {
        // A photo that Rekognition cannot take is cropped from a copy of at most 4096 pixels per side.
        if (name === 'detect-faces' && format === 'webp') continue;
        const args = [import.meta.filename, name, photo];
        const { stdout } = await promisify(execFile)(process.execPath, args);
        const { cpu, megabytes } = JSON.parse(stdout) as Measured;
        console.log(
          `| ${megapixels} MP ${format} | ${name} | ${(cpu / 1000).toFixed(1)} s | ${megabytes.toFixed(0)} MB |`,
        );
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Upscaled noise: as hard to decode as a photo, and quick to make. */
async function write(photo: string, megapixels: number): Promise<void> {
  const width = Math.floor(Math.sqrt(megapixels * 1e6 * (4 / 3)));
  const height = Math.floor((megapixels * 1e6) / width);
  const noise = { width: 400, height: 300, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 30 } } as const;
  const small = await sharp({ create: { ...noise, background: '#808080' } })
    .png()
    .toBuffer();
  await sharp(small, { limitInputPixels: false })
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .toFile(photo);
}
