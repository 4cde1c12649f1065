import { TASK_NAMES, type TaskName } from '../../schemas/tasks.ts';
import { accountId, region } from '../local/lambda/bundles.ts';
import { enrollFaceMachine } from '../../statemachines/enroll-face.ts';
import { recognitionMachine } from '../../statemachines/recognition.ts';
import type { Machine } from '../../statemachines/asl.ts';

export const ARNS = Object.fromEntries(
  TASK_NAMES.map((name) => [name, `arn:aws:lambda:${region}:${accountId}:function:${name}`]),
) as Record<TaskName, string>;

export const MACHINES: Readonly<Record<'recognition' | 'enroll-face', Machine>> = {
  recognition: recognitionMachine(ARNS, { faceConcurrency: 5 }),
  'enroll-face': enrollFaceMachine(ARNS),
};
