/** What the rest of Rollcall knows of the face library: pictures in, faces out. Nothing else crosses this line. */

export interface Point {
  x: number;
  y: number;
}

/** In shares of the picture's width and height. May reach over an edge. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Shares of 1 that add up to 1. */
export interface Expressions {
  neutral: number;
  happy: number;
  sad: number;
  angry: number;
  fearful: number;
  disgusted: number;
  surprised: number;
}

export interface Face {
  box: Box;
  /** 0 to 1. */
  confidence: number;
  /** Width in pixels of the picture as it was analyzed, at most 1600 a side. */
  pixels: number;
  /** The 68 points of the iBUG scheme, in shares of the picture. */
  landmarks: Point[];
  /** Degrees. */
  pose: { roll: number; yaw: number };
  /** How far the lids are apart, in widths of an eye, and the inner lips, in widths of the mouth. */
  gaps: { lids: number; lips: number };
  /** 0 to 100. */
  quality: { brightness: number; sharpness: number };
  expressions?: Expressions;
  age?: number;
  /** Probability, 0 to 1. */
  male?: number;
  descriptor?: Float32Array;
}

export interface Job {
  picture: Uint8Array;
  /** `largest` may take a shortcut that looks for one large face first, and answers with that face alone. */
  find: 'all' | 'largest';
  attributes: boolean;
  descriptors: boolean;
}

/** Largest face first. */
export interface Analysis {
  faces: Face[];
  /** Of the picture as it is seen, that is, after the EXIF rotation. */
  width: number;
  height: number;
}

/** Why a picture cannot be analyzed, whoever tries. */
export type Refusal = 'format' | 'too-small' | 'too-large';

export class RefusedPicture extends Error {
  override name = 'RefusedPicture';
  readonly refusal: Refusal;

  constructor(refusal: Refusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}

export interface FaceEngine {
  /** Its models are loaded. */
  readonly ready: Promise<void>;
  analyze(job: Job): Promise<Analysis>;
  close(): Promise<void>;
}
