import { type BoundingBox, DetectFacesCommand, type Image, type RekognitionClient } from '@aws-sdk/client-rekognition';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pngHeader } from './png.ts';
import { blank, errorOf, type Running, sample, startService } from './service.ts';

let service: Running;
let client: RekognitionClient;
beforeAll(async () => {
  service = await startService();
  client = service.client;
});
afterAll(() => service.stop());

const detect = async (image: Image | Buffer, Attributes: 'ALL'[] = []) => {
  const Image = Buffer.isBuffer(image) ? { Bytes: image } : image;
  return (await client.send(new DetectFacesCommand({ Image, Attributes }))).FaceDetails!;
};
const refused = (image: Image | Buffer) => errorOf(detect(image));
const boxesOf = async (image: Buffer) => (await detect(image)).map(({ BoundingBox }) => BoundingBox!);

const transpose = async (picture: Sharp) => sharp(await picture.rotate(90).png().toBuffer()).flop();
const transverse = async (picture: Sharp) => sharp(await picture.rotate(270).png().toBuffer()).flop();
/** The transformations by which a camera stores an upright picture for each EXIF orientation. */
const STORED: ((picture: Sharp) => Sharp | Promise<Sharp>)[] = [
  (picture) => picture,
  (picture) => picture.flop(),
  (picture) => picture.rotate(180),
  (picture) => picture.flip(),
  transpose,
  (picture) => picture.rotate(270),
  transverse,
  (picture) => picture.rotate(90),
];

test('all eight EXIF orientations of a JPEG give the same faces in the same places', async () => {
  const upright = await sharp(await sample(4, 640))
    .png()
    .toBuffer();
  const all: BoundingBox[][] = [];
  for (const [i, store] of STORED.entries()) {
    const stored = await store(sharp(upright));
    const rotated = stored.jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).withMetadata({ orientation: i + 1 });
    all.push(await boxesOf(await rotated.toBuffer()));
  }
  expect(all[0]).toHaveLength(4);
  const near = (share: number | undefined) => expect.closeTo(share!, 2);
  const expected = all[0]!.map(({ Width, Height, Left, Top }) => ({
    Width: near(Width),
    Height: near(Height),
    Left: near(Left),
    Top: near(Top),
  }));
  expect(all).toStrictEqual(all.map(() => expected));
});

test('a PNG is never rotated', async () => {
  const upright = await sharp(await sample(6, 640))
    .png()
    .toBuffer();
  const marked = await sharp(upright).withMetadata({ orientation: 6 }).png().toBuffer();
  expect((await sharp(marked).metadata()).orientation).toBe(6);
  expect(await boxesOf(marked)).toStrictEqual(await boxesOf(upright));
});

test('the same picture gives the same result inline, from S3 and from a version in S3', async () => {
  const [one, other] = [await sample(1, 480), await sample(2, 480)];
  service.objects.set('bucket/photo.jpg', one);
  service.objects.set('bucket/photo.jpg?v0', other);
  const inline = await detect(one, ['ALL']);
  expect(await detect({ S3Object: { Bucket: 'bucket', Name: 'photo.jpg' } }, ['ALL'])).toStrictEqual(inline);
  const older = await detect({ S3Object: { Bucket: 'bucket', Name: 'photo.jpg', Version: 'v0' } }, ['ALL']);
  expect(older).toStrictEqual(await detect(other, ['ALL']));
});

test('a face has the fields that the library can compute, and no others', async () => {
  const [plain] = await detect(await sample(6, 640));
  const basic = ['BoundingBox', 'Confidence', 'Landmarks', 'Pose', 'Quality'];
  expect(Object.keys(plain!).sort()).toStrictEqual(basic);
  expect(plain!.Landmarks!.map(({ Type }) => Type)).toStrictEqual([
    'eyeLeft',
    'eyeRight',
    'mouthLeft',
    'mouthRight',
    'nose',
  ]);
  const [face] = await detect(await sample(6, 640), ['ALL']);
  expect(Object.keys(face!).sort()).toStrictEqual(
    [...basic, 'AgeRange', 'Emotions', 'EyesOpen', 'Gender', 'MouthOpen', 'Smile'].sort(),
  );
  expect(face!.Landmarks).toHaveLength(30);
  expect(face!.Pose).toStrictEqual({ Roll: expect.any(Number), Yaw: expect.any(Number) });
  const emotions = face!.Emotions!.map(({ Type }) => Type);
  expect(emotions.toSorted()).toStrictEqual(['ANGRY', 'CALM', 'DISGUSTED', 'FEAR', 'HAPPY', 'SAD', 'SURPRISED']);
  expect(emotions[0]).toBe('HAPPY');
  expect(face!.Smile!.Value).toBe(true);
  expect(face!.Gender!.Value).toBe('Female');
});

test('a face that fills the picture is found', async () => {
  const photo = await sample(6, 1600);
  const [face] = await boxesOf(photo);
  const { width, height } = await sharp(photo).metadata();
  const tight = {
    left: face!.Left! * width,
    top: face!.Top! * height,
    width: face!.Width! * width,
    height: face!.Height! * height,
  };
  const rounded = Object.fromEntries(Object.entries(tight).map(([side, length]) => [side, Math.round(length)]));
  const crop = await sharp(photo)
    .extract(rounded as typeof tight)
    .jpeg()
    .toBuffer();
  expect(await boxesOf(crop)).toHaveLength(1);
});

test('a picture without a face has none', async () => {
  expect(await detect(await blank().jpeg().toBuffer())).toStrictEqual([]);
});

test('every kind of PNG and JPEG is read', async () => {
  const photo = sharp(await sample(6, 640));
  const kinds = {
    grey: photo.clone().greyscale().toColourspace('b-w').jpeg(),
    cmyk: photo.clone().toColourspace('cmyk').jpeg(),
    progressive: photo.clone().jpeg({ progressive: true }),
    transparent: photo.clone().ensureAlpha(0.9).png(),
    palette: photo.clone().png({ palette: true }),
    '16 bits': photo.clone().toColourspace('rgb16').png(),
  };
  const found: Record<string, number> = {};
  for (const [kind, picture] of Object.entries(kinds)) found[kind] = (await boxesOf(await picture.toBuffer())).length;
  expect(found).toStrictEqual({ grey: 4, cmyk: 4, progressive: 4, transparent: 4, palette: 4, '16 bits': 4 });
});

test('a picture that is neither JPEG nor PNG, or is damaged, has an invalid format', async () => {
  const photo = await sample(6, 640);
  const bad = [
    Buffer.from('not a picture'),
    await blank().webp().toBuffer(),
    await blank().gif().toBuffer(),
    await blank().tiff().toBuffer(),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"/>'),
    photo.subarray(0, photo.length / 2),
  ];
  for (const picture of bad) {
    expect(await refused(picture)).toBe('InvalidImageFormatException: Request has invalid image format');
  }
});

test('pictures that are too small or too large are refused with the reason', async () => {
  expect(await refused(await blank(79, 200).png().toBuffer())).toBe(
    'InvalidParameterException: Request has invalid parameters. The picture is 79x200 pixels, at least 80x80 are needed.',
  );
  expect(await detect(await blank(80, 80).png().toBuffer())).toStrictEqual([]);
  expect(await refused(pngHeader(60_000, 60_000))).toBe(
    'ImageTooLargeException: The picture is 60000x60000 pixels, at most 200000000 are read.',
  );
  const photo = await blank().jpeg().toBuffer();
  const padded = (size: number) => Buffer.concat([photo, Buffer.alloc(size - photo.length)]);
  expect(await detect(padded(5_242_880))).toStrictEqual([]);
  expect(await refused(padded(5_242_881))).toBe(
    'ImageTooLargeException: Image size is too large: 5242881 bytes, the limit is 5242880',
  );
  const S3Object = { Bucket: 'bucket', Name: 'large.jpg' };
  service.objects.set('bucket/large.jpg', padded(15_728_640));
  expect(await detect({ S3Object })).toStrictEqual([]);
  service.objects.set('bucket/large.jpg', padded(15_728_641));
  expect(await refused({ S3Object })).toBe(
    'ImageTooLargeException: Image size is too large: 15728641 bytes, the limit is 15728640',
  );
});

test('an object that cannot be read, and an Image with none or both of Bytes and S3Object, are refused', async () => {
  expect(await refused({ S3Object: { Bucket: 'bucket', Name: 'missing.jpg' } })).toBe(
    'InvalidS3ObjectException: Unable to get object metadata from S3. Check object key, region and/or access permissions.',
  );
  const one = 'InvalidParameterException: Image must have exactly one of Bytes and S3Object';
  expect(await refused({})).toBe(one);
  const Bytes = await blank().png().toBuffer();
  expect(await refused({ Bytes, S3Object: { Bucket: 'bucket', Name: 'photo.jpg' } })).toBe(one);
});

test('an error never contains the picture', async () => {
  const body = JSON.stringify({ Image: { Bytes: 'c2VjcmV0!' }, Attributes: ['NOSE'] });
  const headers = { 'x-amz-target': 'RekognitionService.DetectFaces' };
  const response = await fetch(service.url, { method: 'POST', headers, body });
  expect(await response.json()).toStrictEqual({
    __type: 'InvalidParameterException',
    message: expect.not.stringContaining('c2VjcmV0'),
  });
});
