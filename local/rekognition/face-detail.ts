import type { Box, Expressions, Face, Point } from './engine/types.ts';
import type { Attribute } from './input.ts';

export function boundingBox({ left, top, width, height }: Box) {
  return { Width: width, Height: height, Left: left, Top: top };
}

export const confidence = (face: Face): number => face.confidence * 100;

/** FaceDetail of IndexFaces, SearchUsersByImage and DetectFaces, with the requested attributes. */
export function faceDetail(face: Face, attributes: readonly Attribute[] = ['DEFAULT']) {
  const wants = (attribute: Attribute) => attributes.includes('ALL') || attributes.includes(attribute);
  return {
    BoundingBox: boundingBox(face.box),
    ...(wants('AGE_RANGE') && face.age !== undefined && { AgeRange: ageRange(face.age) }),
    ...(wants('SMILE') && face.expressions && { Smile: yesOrNo(face.expressions.happy) }),
    ...(wants('GENDER') && face.male !== undefined && { Gender: gender(face.male) }),
    ...(wants('EYES_OPEN') && { EyesOpen: yesOrNo(eyesOpen(face)) }),
    ...(wants('MOUTH_OPEN') && { MouthOpen: yesOrNo(mouthOpen(face)) }),
    ...(wants('EMOTIONS') && face.expressions && { Emotions: emotions(face.expressions) }),
    Landmarks: landmarks(face.landmarks, attributes.includes('ALL')),
    ...basics(face),
  };
}

/** ComparedFace of CompareFaces. */
export function comparedFace(face: Face) {
  return { BoundingBox: boundingBox(face.box), Landmarks: landmarks(face.landmarks, false), ...basics(face) };
}

function basics(face: Face) {
  return {
    Pose: { Roll: face.pose.roll, Yaw: face.pose.yaw },
    Quality: { Brightness: face.quality.brightness, Sharpness: face.quality.sharpness },
    Confidence: confidence(face),
  };
}

/** Whether any of these attributes needs the slower networks. */
export function needsAttributes(attributes: readonly Attribute[]): boolean {
  return (['ALL', 'AGE_RANGE', 'EMOTIONS', 'GENDER', 'SMILE'] as const).some((each) => attributes.includes(each));
}

/** The network's usual error is about six years. */
const AGE_MARGIN = 6;

function ageRange(age: number) {
  return { Low: Math.max(0, Math.round(age - AGE_MARGIN)), High: Math.max(1, Math.round(age + AGE_MARGIN)) };
}

function yesOrNo(probability: number) {
  return { Value: probability > 0.5, Confidence: 100 * Math.max(probability, 1 - probability) };
}

function gender(male: number) {
  return { Value: male > 0.5 ? 'Male' : 'Female', Confidence: 100 * Math.max(male, 1 - male) };
}

const EMOTIONS = {
  happy: 'HAPPY',
  sad: 'SAD',
  angry: 'ANGRY',
  surprised: 'SURPRISED',
  disgusted: 'DISGUSTED',
  neutral: 'CALM',
  fearful: 'FEAR',
} as const satisfies Record<keyof Expressions, string>;

function emotions(expressions: Expressions) {
  return (Object.keys(EMOTIONS) as (keyof Expressions)[])
    .map((name) => ({ Type: EMOTIONS[name], Confidence: expressions[name] * 100 }))
    .sort((a, b) => b.Confidence - a.Confidence);
}

/** An eye is open with a quarter of its width between the lids, and shut with a tenth. */
const eyesOpen = ({ gaps }: Face): number => logistic(gaps.lids, 0.18, 60);

const mouthOpen = ({ gaps }: Face): number => logistic(gaps.lips, 0.18, 40);

const logistic = (x: number, middle: number, steepness: number): number =>
  1 / (1 + Math.exp(-steepness * (x - middle)));

/** The points, of 68, that each landmark is the mean of. Left is the picture's left, as in the service. */
const LANDMARKS: Record<'always' | 'all', Record<string, number[]>> = {
  always: {
    eyeLeft: [36, 37, 38, 39, 40, 41],
    eyeRight: [42, 43, 44, 45, 46, 47],
    mouthLeft: [48],
    mouthRight: [54],
    nose: [30],
  },
  all: {
    leftEyeBrowLeft: [17],
    leftEyeBrowRight: [21],
    leftEyeBrowUp: [19],
    rightEyeBrowLeft: [22],
    rightEyeBrowRight: [26],
    rightEyeBrowUp: [24],
    leftEyeLeft: [36],
    leftEyeRight: [39],
    leftEyeUp: [37, 38],
    leftEyeDown: [40, 41],
    rightEyeLeft: [42],
    rightEyeRight: [45],
    rightEyeUp: [43, 44],
    rightEyeDown: [46, 47],
    noseLeft: [31],
    noseRight: [35],
    mouthUp: [51],
    mouthDown: [57],
    leftPupil: [36, 37, 38, 39, 40, 41],
    rightPupil: [42, 43, 44, 45, 46, 47],
    upperJawlineLeft: [0],
    midJawlineLeft: [4],
    chinBottom: [8],
    midJawlineRight: [12],
    upperJawlineRight: [16],
  },
};

function landmarks(points: Point[], all: boolean) {
  return Object.entries({ ...LANDMARKS.always, ...(all && LANDMARKS.all) }).map(([Type, indexes]) => ({
    Type,
    X: indexes.reduce((sum, i) => sum + points[i]!.x, 0) / indexes.length,
    Y: indexes.reduce((sum, i) => sum + points[i]!.y, 0) / indexes.length,
  }));
}
