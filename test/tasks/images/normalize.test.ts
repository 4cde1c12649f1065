import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { RED, decompressionBomb, plainPicture } from '../../../recording/replay/drawn-pictures.ts';
import { normalize, scale } from '../../../tasks/images/normalize.ts';
import { failureOf } from '../../support/errors.ts';
import { HEIC } from '../../support/heic.ts';
import { aJpeg, BLUE, coloursAt, GREEN, noise, threeFields } from '../../support/pictures.ts';

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** What is said of a picture, and of its copy where there is one. */
async function factsOf(bytes: Buffer) {
  const { copy, ...facts } = await normalize(bytes);
  if (!copy) return facts;
  const { format, width, height, space, depth, orientation, hasAlpha } = await sharp(copy).metadata();
  return { ...facts, copy: { format, width, height, space, depth, hasAlpha, orientation } };
}

const facts = (bytes: Buffer, format: string, [width, height] = [120, 90]) => ({
  width,
  height,
  format,
  sha256: sha256Of(bytes),
});
const PLAIN_COPY = { format: 'jpeg', space: 'srgb', depth: 'uchar', hasAlpha: false, orientation: undefined };
const copied = (bytes: Buffer, format: string, [width, height] = [120, 90]) => ({
  ...facts(bytes, format, [width!, height!]),
  copy: { ...PLAIN_COPY, width, height },
});

const UNREADABLE = {
  name: 'ImageFormatUnsupported',
  message: 'The object is not a picture that can be read. Upload a JPEG, PNG, WebP, AVIF, TIFF, GIF or HEIC photo.',
};
const DAMAGED = {
  name: 'ImageCorrupt',
  message: 'The picture breaks off or is damaged. Upload it again from the original.',
};

let jpeg: Buffer;
beforeAll(async () => {
  jpeg = await noise(400, 300).jpeg().toBuffer();
});

test('a JPEG and a PNG are taken as they are, whatever their names say', async () => {
  expect(await factsOf(jpeg)).toStrictEqual(facts(jpeg, 'jpeg', [400, 300]));
  const png = await plainPicture().png().toBuffer();
  expect(await factsOf(png)).toStrictEqual(facts(png, 'png'));
});

test('grey, progressive and palette pictures are taken as they are', async () => {
  const grey = await plainPicture().greyscale().jpeg().toBuffer();
  const progressive = await plainPicture().jpeg({ progressive: true }).toBuffer();
  const palette = await plainPicture().png({ palette: true }).toBuffer();
  expect([await factsOf(grey), await factsOf(progressive), await factsOf(palette)]).toStrictEqual([
    facts(grey, 'jpeg'),
    facts(progressive, 'jpeg'),
    facts(palette, 'png'),
  ]);
});

test.each(['webp', 'avif', 'tiff', 'gif'] as const)('a %s is copied to JPEG', async (format) => {
  const bytes = await plainPicture().toFormat(format).toBuffer();
  expect(await factsOf(bytes)).toStrictEqual(copied(bytes, format));
});

test('a PNG of 16 bits and a JPEG in CMYK are copied to what Rekognition takes', async () => {
  const deep = await plainPicture().toColourspace('rgb16').png().toBuffer();
  const print = await plainPicture().toColourspace('cmyk').jpeg().toBuffer();
  expect([await factsOf(deep), await factsOf(print)]).toStrictEqual([copied(deep, 'png'), copied(print, 'jpeg')]);
});

test('of an animated GIF the first picture counts', async () => {
  const frames = [
    await plainPicture(120, 90, RED).png().toBuffer(),
    await plainPicture(120, 90, BLUE).png().toBuffer(),
  ];
  const bytes = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100] })
    .toBuffer();
  expect((await sharp(bytes).metadata()).pages).toBe(2);
  const { copy, ...rest } = await normalize(bytes);
  expect(rest).toStrictEqual(facts(bytes, 'gif'));
  expect(await coloursAt(copy!, [[0.5, 0.5]])).toStrictEqual([RED]);
});

test('a HEIC photo is copied to JPEG', async () => {
  const { copy, ...rest } = await normalize(HEIC);
  expect(rest).toStrictEqual(facts(HEIC, 'heic', [96, 80]));
  const { format, width, height, hasAlpha } = await sharp(copy).metadata();
  expect({ format, width, height, hasAlpha }).toStrictEqual({ format: 'jpeg', width: 96, height: 80, hasAlpha: false });
  const corners = await coloursAt(copy!, [
    [0.1, 0.1],
    [0.9, 0.9],
  ]);
  expect(corners).toStrictEqual([
    { r: 140, g: 100, b: 70 },
    { r: 140, g: 100, b: 70 },
  ]);
});

test.each([100, 200, 300, 380])('a HEIC photo that breaks off after %i bytes is damaged', async (length) => {
  expect(await failureOf(normalize(HEIC.subarray(0, length)))).toStrictEqual({
    name: 'ImageCorrupt',
    message: 'The HEIC photo cannot be decoded. Export it as JPEG and upload that.',
  });
});

test('what is seen through a transparent PNG is white in a copy', async () => {
  const clear = {
    create: { width: 120, height: 90, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  };
  const bytes = await sharp(clear).webp().toBuffer();
  const { copy } = await normalize(bytes);
  expect(await coloursAt(copy!, [[0.5, 0.5]])).toStrictEqual([{ r: 260, g: 260, b: 260 }]);
  const png = await sharp(clear).png().toBuffer();
  expect(await factsOf(png)).toStrictEqual(facts(png, 'png'));
});

/** Width and height, and the colours of the three fields. */
async function shapeOf(bytes: Buffer) {
  const { width, height } = await sharp(bytes).metadata();
  const colours = await coloursAt(bytes, [
    [0.5, 0.25],
    [0.25, 0.75],
    [0.75, 0.75],
  ]);
  return [width, height, colours];
}

test('a photo turned by EXIF in any of eight ways gives the same upright pixels, also scaled', async () => {
  const shown = await (await threeFields()).jpeg({ quality: 95 }).toBuffer();
  // How a camera stores it: turned by so many degrees, then mirrored or not, and shown aright again by the tag.
  const stored = [
    [1, 0, false],
    [2, 0, true],
    [3, 180, false],
    [4, 180, true],
    [5, 90, true],
    [6, 270, false],
    [7, 270, true],
    [8, 90, false],
  ] as const;
  for (const [orientation, degrees, mirrored] of stored) {
    const turned = await sharp(shown).rotate(degrees).png().toBuffer();
    const bytes = await sharp(turned).flop(mirrored).jpeg({ quality: 95 }).withMetadata({ orientation }).toBuffer();
    const { copy = bytes, width, height } = await normalize(bytes);
    expect([width, height]).toStrictEqual([160, 120]);
    expect(await shapeOf(copy)).toStrictEqual([160, 120, [RED, GREEN, BLUE]]);
    expect((await sharp(copy).metadata()).orientation ?? 1).toBe(1);
    const small = await scale(bytes, 80, 90);
    expect((await sharp(small).metadata()).orientation).toBeUndefined();
    expect(await shapeOf(small)).toStrictEqual([80, 60, [RED, GREEN, BLUE]]);
  }
});

test('what is scaled is a JPEG without metadata, and never larger than the picture', async () => {
  const sizesOf = async (bytes: Buffer, side: number) => {
    const { width, height, ...rest } = await sharp(await scale(bytes, side, 80)).metadata();
    const { format, space, depth, hasAlpha, orientation } = rest;
    expect({ format, space, depth, hasAlpha, orientation }).toStrictEqual(PLAIN_COPY);
    return [width, height];
  };
  const print = await plainPicture().toColourspace('cmyk').withMetadata({ density: 300 }).jpeg().toBuffer();
  const sizes = [
    await sizesOf(jpeg, 200),
    await sizesOf(jpeg, 1000),
    await sizesOf(print, 60),
    await sizesOf(HEIC, 48),
  ];
  expect(sizes).toStrictEqual([
    [200, 150],
    [400, 300],
    [60, 45],
    [48, 40],
  ]);
});

test('an empty object is refused', async () => {
  expect(await failureOf(normalize(Buffer.alloc(0)))).toStrictEqual({
    name: 'ImageEmpty',
    message: 'The object has no bytes. Upload the photo again.',
  });
});

test.each([
  ['text', Buffer.from('This is no picture at all, whatever its name says.\n')],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect/></svg>')],
  ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n')],
  ['one byte', Buffer.from([0xff])],
  ['the beginning of a box', Buffer.from('\0\0\0\0ftyp')],
  ['a PNG without width', decompressionBomb(0, 90)],
  ['a PNG without height', decompressionBomb(120, 0)],
])('%s is refused', async (_, bytes) => {
  expect(await failureOf(normalize(bytes))).toStrictEqual(UNREADABLE);
  expect(await failureOf(scale(bytes, 80, 90))).toStrictEqual(UNREADABLE);
});

test('a JPEG that breaks off is refused, wherever it does', async () => {
  const png = await noise(400, 300).png().toBuffer();
  const cut = (bytes: Buffer, share: number) => bytes.subarray(0, Math.floor(bytes.length * share));
  for (const share of [0.1, 0.5, 0.9]) {
    expect(await failureOf(normalize(cut(jpeg, share)))).toStrictEqual(DAMAGED);
    expect(await failureOf(normalize(cut(png, share)))).toStrictEqual(DAMAGED);
    expect(await failureOf(scale(cut(jpeg, share), 80, 90))).toStrictEqual(DAMAGED);
  }
});

test('a bomb of 64 KB that claims 60000 x 60000 pixels is refused by its header', async () => {
  const bomb = decompressionBomb(60_000, 60_000);
  expect(bomb.length).toBeLessThan(65_536);
  const refused = {
    name: 'ImageTooManyPixels',
    message: 'The header claims 60000 x 60000 pixels; at most 268000000 are decoded. Scale the photo down.',
  };
  expect(await failureOf(normalize(bomb))).toStrictEqual(refused);
  expect(await failureOf(scale(bomb, 80, 90))).toStrictEqual(refused);
});

test('80 pixels a side are enough and 79 are not', async () => {
  const enough = await aJpeg(80, 80);
  expect(await factsOf(enough)).toStrictEqual(facts(enough, 'jpeg', [80, 80]));
  expect(await failureOf(normalize(await aJpeg(300, 79)))).toStrictEqual({
    name: 'ImageTooSmall',
    message: 'The picture is 300 x 79 pixels; each side needs 80. Upload the original.',
  });
});

test('a strip that would be too thin when scaled to fit is refused', async () => {
  const strip = await plainPicture(6000, 90).webp().toBuffer();
  expect(await failureOf(normalize(strip))).toStrictEqual({
    name: 'ImageTooSmall',
    message: 'Scaled to fit, the picture is 4096 x 61 pixels; each side needs 80. Crop it.',
  });
});

test('a JPEG of more than 20 MB is copied to one that Rekognition takes', async () => {
  const bytes = await noise(4900, 3675).jpeg({ quality: 97 }).toBuffer();
  expect(bytes.length).toBeGreaterThan(20_000_000);
  expect(await factsOf(bytes)).toStrictEqual(copied(bytes, 'jpeg', [4096, 3072]));
  expect((await normalize(bytes)).copy!.length).toBeLessThan(15_728_640);
});

test('a JPEG of 100 megapixels is read', async () => {
  const bytes = await aJpeg(11_600, 8_700);
  expect(await factsOf(bytes)).toStrictEqual(facts(bytes, 'jpeg', [11_600, 8_700]));
});

test('an object of more than 200 MB is not looked at', async () => {
  expect(await failureOf(normalize(Buffer.alloc(200_000_001)))).toStrictEqual({
    name: 'ImageTooManyBytes',
    message: 'The object has 200000001 bytes; at most 200000000 are read. Upload a smaller copy.',
  });
});
