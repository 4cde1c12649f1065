import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeCrops } from '../../../tasks/faces/crops.ts';
import { decodePixels } from '../../../tasks/images/crop.ts';
import { aFace, aPhoto, aPicture } from '../../support/builders.ts';
import { aJpeg } from '../../support/pictures.ts';
import { startTaskServices, type TaskServices } from '../../support/task-services.ts';

let services: TaskServices;
beforeAll(async () => {
  services = await startTaskServices();
});
afterAll(() => services.close());

test('every face is cut once to faces/, and cutting again gives the same', async () => {
  await services.putObject('input/two.jpg', await aJpeg(640, 480));
  const photo = aPhoto({
    key: 'input/two.jpg',
    work_prefix: 'work/h1/h2/',
    picture: aPicture({ key: 'input/two.jpg' }),
  });
  const faces = [
    aFace(),
    aFace({ index: 1, bounding_box: { left: 0.9, top: 0.8, width: 0.1, height: 0.1 }, emotions: [] }),
  ];
  const cropped = [
    {
      ...faces[0],
      crop_key: 'faces/h1/h2/000.jpg',
      pixels: 160,
      in_crop: { left: 53 / 267, top: 0.2, width: 160 / 267, height: 0.6 },
    },
    {
      ...faces[1],
      crop_key: 'faces/h1/h2/001.jpg',
      pixels: 48,
      in_crop: { left: 43 / 107, top: 16 / 80, width: 64 / 107, height: 48 / 80 },
    },
  ];
  const pixels = await decodePixels(await services.getObject('input/two.jpg'));
  const run = () => writeCrops(services.s3, photo, pixels, faces);
  expect(await run()).toStrictEqual(cropped);
  const keys = await services.listKeys('');
  const first = await services.getObject('faces/h1/h2/000.jpg');
  expect(await run()).toStrictEqual(cropped);
  expect(await services.listKeys('')).toStrictEqual(keys);
  expect(Buffer.compare(await services.getObject('faces/h1/h2/000.jpg'), first)).toBe(0);
  expect(keys).toStrictEqual(['faces/h1/h2/000.jpg', 'faces/h1/h2/001.jpg', 'input/two.jpg']);
  const sizes = await Promise.all(
    keys.slice(0, 2).map(async (key) => {
      const { format, width, height } = await sharp(await services.getObject(key)).metadata();
      return { format, width, height };
    }),
  );
  expect(sizes).toStrictEqual([
    { format: 'jpeg', width: 267, height: 400 },
    { format: 'jpeg', width: 107, height: 80 },
  ]);
});
