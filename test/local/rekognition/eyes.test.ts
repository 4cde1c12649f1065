import { CompareFacesCommand, DetectFacesCommand, type FaceDetail } from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DetectedBox, withoutOverlaps, withoutParts } from '../../../local/rekognition/engine/boxes.ts';
import { portrait, readManifest } from '../../../samples/samples.ts';
import { type Running, sample, startService } from './service.ts';

let service: Running;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

async function detect(picture: Buffer) {
  const input = { Image: { Bytes: picture }, Attributes: ['ALL' as const] };
  const { FaceDetails } = await service.client.send(new DetectFacesCommand(input));
  return FaceDetails!;
}

const centreOf = ({ BoundingBox: box }: FaceDetail) => ({
  x: box!.Left! + box!.Width! / 2,
  y: box!.Top! + box!.Height! / 2,
});
/** Where a point of a picture is when the picture is turned clockwise. */
const TURNED = {
  90: ({ x, y }: { x: number; y: number }) => ({ x: 1 - y, y: x }),
  180: ({ x, y }: { x: number; y: number }) => ({ x: 1 - x, y: 1 - y }),
  270: ({ x, y }: { x: number; y: number }) => ({ x: y, y: 1 - x }),
};
/** What a face is told by, whichever way up it is. */
const looks = ({ Emotions, Gender, Smile }: FaceDetail) => [Emotions![0]!.Type, Gender!.Value, Smile!.Value];

/** Sample 6, whose four faces are 49 to 70 pixels wide at a width of 640, in a corner of a larger wall. */
async function onWall(width: number, wall: { width: number; height: number }): Promise<Buffer> {
  const input = await sample(6, width);
  return sharp({ create: { ...wall, channels: 3, background: '#87a' } })
    .composite([{ input, left: Math.round(wall.width * 0.55), top: Math.round(wall.height * 0.2) }])
    .jpeg({ quality: 85 })
    .toBuffer();
}

test('faces of 2 % of the longer side are found', async () => {
  const [width, height] = [1920, 1080];
  const faces = await detect(await onWall(480, { width, height }));
  const widths = faces.map(({ BoundingBox }) => BoundingBox!.Width! * width);
  expect(faces).toHaveLength(4);
  expect(Math.min(...widths)).toBeLessThan(42);
});

test('faces of 2 % of the longer side are found in a photo of 48 megapixels', async () => {
  expect(await detect(await onWall(2000, { width: 8000, height: 6000 }))).toHaveLength(4);
});

test.each([90, 180, 270] as const)(
  'the faces of a photo turned by %i degrees are seen as upright ones',
  async (degrees) => {
    const upright = await sample(4, 1000);
    const turned = await detect(await sharp(upright).rotate(degrees).png().toBuffer());
    const faces = await detect(upright);
    expect(faces).toHaveLength(4);
    expect(turned).toHaveLength(4);
    for (const face of faces) {
      const place = TURNED[degrees](centreOf(face));
      const same = turned.find((each) => Math.hypot(centreOf(each).x - place.x, centreOf(each).y - place.y) < 0.03)!;
      expect(looks(same)).toStrictEqual(looks(face));
      const turn = (same.Pose!.Roll! - face.Pose!.Roll! + 360) % 360;
      expect(Math.abs(turn - degrees)).toBeLessThan(10);
    }
  },
);

test('somebody is recognized lying on either side and upside down, also beside others who are not', async () => {
  const manifest = await readManifest();
  const portraitOf = (name: string) =>
    portrait(
      manifest,
      manifest.people.find((person) => person.name === name)!,
    );
  const [noor, robin] = await Promise.all([portraitOf('Noor'), portraitOf('Robin')]);
  const layer = async (picture: Buffer, degrees: number, left: number) => {
    const input = await sharp(picture).resize(260, 260, { fit: 'outside' }).rotate(degrees).png().toBuffer();
    return { input, left, top: 60 };
  };
  for (const degrees of [90, 180, 270]) {
    const photo = sharp({ create: { width: 1000, height: 600, channels: 3, background: '#87a' } })
      .composite([await layer(noor, degrees, 30), await layer(robin, 0, 560)])
      .jpeg({ quality: 90 });
    const compare = new CompareFacesCommand({
      SourceImage: { Bytes: noor },
      TargetImage: { Bytes: await photo.toBuffer() },
    });
    const { FaceMatches, UnmatchedFaces } = await service.client.send(compare);
    const turns = FaceMatches!.map(({ Face }) => (Math.round(Face!.Pose!.Roll! / 90) * 90 + 360) % 360);
    expect(turns).toStrictEqual([degrees]);
    expect(UnmatchedFaces).toHaveLength(1);
  }
});

test('drawings of round things with two dark dots are no faces', async () => {
  const discs = Array.from({ length: 24 }, (_, i) => {
    const [x, y, size] = [90 + (i % 6) * 160, 90 + Math.floor(i / 6) * 150, 20 + i * 2];
    return `<circle cx="${x}" cy="${y}" r="${size}" fill="hsl(${i * 15} 60% 60%)"/>
      <circle cx="${x - size / 3}" cy="${y}" r="${size / 8}"/><circle cx="${x + size / 3}" cy="${y}" r="${size / 8}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="640">${discs.join('')}</svg>`;
  const drawing = await sharp(Buffer.from(svg)).flatten({ background: '#fff' }).jpeg().toBuffer();
  expect(await detect(drawing)).toStrictEqual([]);
});

const box = (left: number, top: number, size: number, score: number): DetectedBox => ({
  left,
  top,
  right: left + size,
  bottom: top + size,
  score,
});

test('of a face and the head and shoulders around it, only the better box is kept', () => {
  const face = box(40, 20, 30, 0.9);
  const shoulders = box(0, 0, 100, 0.6);
  const neighbour = box(90, 20, 30, 0.5);
  expect(withoutOverlaps([shoulders, face, neighbour], 0.35)).toStrictEqual([face, shoulders, neighbour]);
  expect(withoutParts([shoulders, face, neighbour])).toStrictEqual([face, neighbour]);
});
