import * as z from 'zod';
import { Deployment } from '../../schemas/deployment.ts';

/** A deployment in which each text is the name of its output, and each map is empty. Work is kept for 7 days, and 80 % is a match. */
export const aDeployment = (overrides: Partial<Deployment> = {}): Deployment =>
  Deployment.parse({
    ...Object.fromEntries(
      Object.entries(Deployment.shape).map(([name, schema]) => [name, schema instanceof z.ZodRecord ? {} : name]),
    ),
    work_retention_days: 7,
    face_match_threshold: 80,
    re_recognize_after_enroll: false,
    settings: {},
    ...overrides,
  });
