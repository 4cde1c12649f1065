/** Every Lambda task. Functions, grants, ARNs and local handlers are each a `Record<TaskName, …>`. */
export const TASK_NAMES = [
  'load-image',
  'detect-faces',
  'crop-faces',
  'search-face',
  'persist-face',
  'write-processed',
  'reject-image',
  'load-enrolment',
  'check-enrolment',
  'index-face',
  'persist-person',
  'refuse-enrolment',
  'record-failure',
  'measure-backlog',
] as const;
export type TaskName = (typeof TASK_NAMES)[number];
