import sharp from 'sharp';
import { decompressionBomb } from '../../recording/replay/drawn-pictures.ts';
import { HEIC } from '../support/heic.ts';
import { noise, threeFields } from '../support/pictures.ts';

/** Small pictures of every supported format, with features that decoders often get wrong. */
export async function picturesOf(): Promise<readonly [Buffer, ...Buffer[]]> {
  const fields = await threeFields();
  const grain = await noise(90, 100).png().toBuffer();
  const of = () => fields.clone();
  return [
    HEIC,
    await of().jpeg().toBuffer(),
    await of().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    await of().greyscale().jpeg().withIccProfile('p3').toBuffer(),
    await sharp(grain).toColourspace('cmyk').jpeg().toBuffer(),
    await of().png().toBuffer(),
    await of().png({ palette: true, progressive: true }).withMetadata().toBuffer(),
    await sharp(grain).toColourspace('rgb16').png().toBuffer(),
    await of().ensureAlpha(0.5).png().toBuffer(),
    await of().webp().toBuffer(),
    await of().webp({ lossless: true }).withMetadata({ orientation: 3 }).toBuffer(),
    await sharp([grain, grain], { join: { animated: true } })
      .webp()
      .toBuffer(),
    await of().tiff({ compression: 'lzw' }).toBuffer(),
    await of().tiff({ compression: 'deflate', tile: true, pyramid: true }).withMetadata({ orientation: 8 }).toBuffer(),
    await sharp(grain).tiff({ compression: 'jpeg' }).toBuffer(),
    await of().gif().toBuffer(),
    await of().avif().toBuffer(),
    decompressionBomb(30_000, 20_000),
  ];
}

/** The event of an S3 object as a state machine gets it, with the execution's ARN. */
export const EVENT = {
  time: '2026-03-01T12:00:00Z',
  detail: {
    bucket: { name: 'photos' },
    object: {
      key: 'input/a b+c 100%/日本語.jpg',
      size: 1000,
      etag: '9b2cf535f27731c974343645a3985328',
      sequencer: '0055AED6DCD90281E5',
    },
  },
  execution_arn: 'arn:aws:states:us-east-1:123456789012:execution:rollcall-recognition:one',
};

export const KEYS = [
  'input/image1.jpg',
  'input/2026/a b+c 100%/日本語.jpeg',
  'input/../../etc/passwd',
  'input//.jpg',
  'input/~x',
  'input/',
  'enroll/John Doe/1.jpg',
  'enroll/john_doe.jpg',
  'enroll/Zoë-Äpfel/x.png',
  'enroll/',
] as const;

const box = { left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
const person_id = 'p_0123456789abcdef01234567';
const face_id = 'f5817d37-94f6-4335-bfee-6cf79a3d806e';

/** A processed JSON. */
export const PROCESSED = {
  image_id: 'a.jpg',
  bucket: 'photos',
  key: 'input/a.jpg',
  version_id: '3sL4kqtJlcpXroDTDmJ',
  etag: '9b2cf535f27731c974343645a3985328',
  size: 1000,
  width: 640,
  height: 480,
  format: 'jpeg',
  sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  timestamp: '2026-03-01T12:00:00Z',
  processed_at: '2026-03-01T12:00:01.000Z',
  pipeline_version: '1.0.0',
  status: 'COMPLETED',
  faces: [
    {
      index: 0,
      status: 'MATCHED',
      reason: 'SIMILARITY_ABOVE_THRESHOLD',
      source: 'machine',
      confidence: 99.9,
      bounding_box: box,
      landmarks: [{ type: 'eyeLeft', x: 0.2, y: 0.3 }],
      pose: { roll: 1, yaw: -2.5, pitch: 0 },
      quality: { brightness: 50, sharpness: 60 },
      emotions: [{ type: 'CALM', confidence: 80 }],
      age_range: { low: 20, high: 30 },
      gender: { value: 'Male', confidence: 90 },
      crop_key: 'faces/x/y/000.jpg',
      face_id,
      person_id,
      person: 'Robin',
      similarity: 97.5,
      runner_up: { face_id, person_id, similarity: 12 },
    },
  ],
};
