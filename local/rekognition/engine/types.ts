/** The only interface between the rest of Rollcall and the face library: pictures in, faces out. */

export interface Point {
  x: number;
  y: number;
}

/** In fractions of the picture's width and height. May extend beyond an edge. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Values of a descriptor, the vector that tells faces apart. */
export const DESCRIPTOR_LENGTH = 128;

/** Probabilities that add up to 1. */
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
  /** Width of the face in pixels of the analyzed picture, whose sides are at most 1920 pixels. */
  pixels: number;
  /** The 68 points of the iBUG scheme, in fractions of the picture's width and height. */
  landmarks: Point[];
  /** Degrees. */
  pose: { roll: number; yaw: number };
  /** The distance between the lids in eye widths, and between the inner lips in mouth widths. */
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
  /** `largest` returns one face, and may take a shortcut that looks for one large face first. */
  find: 'all' | 'largest';
  attributes: boolean;
  descriptors: boolean;
}

/** Largest face first. */
export interface Analysis {
  faces: Face[];
  /** Of the picture after its EXIF rotation. */
  width: number;
  height: number;
}

/** Why a picture can never be analyzed. */
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
  /** Resolves when the models are loaded. */
  readonly ready: Promise<void>;
  analyze(job: Job): Promise<Analysis>;
  close(): Promise<void>;
}
