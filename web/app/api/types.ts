import type { BoundingBox, Emotion, FaceReason, FaceStatus } from '../../../schemas/faces.ts';
import type { PhotoStatus } from '../../../schemas/records.ts';

export interface Page<Item> {
  items: Item[];
  cursor?: string;
}
export interface Named {
  person_id: string;
  name: string;
}
export interface Photo {
  image_id: string;
  key: string;
  status: PhotoStatus;
  timestamp: string;
  day: string;
  width?: number;
  height?: number;
  face_count?: number;
  matched_count?: number;
  people?: Named[];
  message?: string;
  cause?: string;
  thumbnail: string;
  error?: string;
  execution_arn: string;
}
export interface Face {
  index: number;
  face_id?: string;
  bounding_box: BoundingBox;
  status: FaceStatus;
  reason?: FaceReason;
  source: string;
  person?: Named;
  candidate?: Suggestion;
  similarity?: number;
  confidence: number;
  emotions: Emotion[];
  age_range?: { low: number; high: number };
  quality?: { brightness?: number; sharpness?: number };
  crop: string | null;
  why: string;
}
export interface PhotoDetail extends Photo {
  faces: Face[];
  picture: string;
  picture_large: string;
  result: string | null;
}
export interface Day {
  day: string;
  count: number;
}
export interface Person extends Named {
  portraits: number;
  photos: number;
  cover: string | null;
  last_seen: string | null;
  merged: Named[];
}
export interface PersonDetail extends Named {
  cover: string | null;
  last_seen: string | null;
  merged: Named[];
  portraits: {
    key: string | null;
    face_id: string | null;
    sharpness: number | null;
    brightness: number | null;
    yaw: number | null;
  }[];
  advice: string | null;
  photo_count: number;
  seen_with: (Named & { photos: number })[];
  timeline: Day[];
}
export interface NewDecision {
  image_id: string;
  index?: number;
  kind: 'PERSON' | 'NOT_PERSON' | 'STRANGER' | 'NOT_A_FACE' | 'FACE';
  person_id?: string;
  name?: string;
  bounding_box?: BoundingBox;
}
export interface GroupFace {
  image_id: string;
  index: number;
  crop: string | null;
}
export interface Suggestion extends Named {
  similarity: number;
  cover?: string;
}
export interface Groups {
  groups: Group[];
  cursor?: string;
}
export interface Group {
  group_id: string;
  count: number;
  faces: GroupFace[];
  suggestions: Suggestion[];
}
export interface Upload {
  name: string;
  image_id: string;
  url: string;
  headers: Record<string, string>;
}
export interface Execution {
  machine: string;
  name: string;
  execution_arn: string;
  status: string;
  start: string;
  stop?: string;
  redrive_count: number;
  error?: string;
  cause?: string;
}
export interface ExecutionDetail extends Execution {
  input?: string;
  output?: string;
  definition?: unknown;
  redrive_status?: string;
  redrive_reason?: string;
  subject?: string;
  console_url?: string;
}
export interface HistoryEvent {
  id: number;
  previous_event_id: number;
  timestamp: string;
  type: string;
  details?: Record<string, unknown>;
}
export interface FailureGroup {
  error: string;
  failed_state: string;
  count: number;
  items: { id: string; timestamp: string; execution_arn: string; cause: string | null }[];
}
export interface Settings {
  region: string;
  environment: string;
  is_local: boolean;
  face_match_threshold: number;
  work_retention_days: number;
}
export interface Me {
  role: string;
  name: string;
}
export interface Recovered {
  id: string;
  action: 'redrive' | 'start anew' | 'leave alone' | 'failed';
  reason: string;
}
export interface Redriven {
  items: Recovered[];
  left: number;
}
