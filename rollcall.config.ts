import type { Settings } from './schemas/config.ts';

/**
 * The settings of the deployment. schemas/config.ts lists every setting with its default and range. An environment
 * variable overrides a setting here: ROLLCALL_FACE_MATCH_THRESHOLD=90 npx cdktf deploy.
 */
const settings: Settings = {};

export default settings;
