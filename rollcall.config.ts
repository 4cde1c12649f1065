import type { Settings } from './schemas/config.ts';

/**
 * What is deployed. schemas/config.ts lists every setting with its default and its range; an environment
 * variable overrides the one here: ROLLCALL_FACE_MATCH_THRESHOLD=90 npx cdktf deploy.
 */
const settings: Settings = {};

export default settings;
