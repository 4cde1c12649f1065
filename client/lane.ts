import type { Lane } from '../schemas/pacing.ts';

/** More photos at once than this are work in bulk, which nobody waits for photo by photo. */
const MANY = 50;

export const laneOf = (photos: number): Lane => (photos > MANY ? 'bulk' : 'interactive');
