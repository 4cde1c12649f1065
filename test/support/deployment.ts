import * as z from 'zod';
import { Deployment } from '../../schemas/deployment.ts';

/** A deployment in which each text is the name of its output, and each map is empty. */
export const aDeployment = (overrides: Partial<Deployment> = {}): Deployment =>
  Deployment.parse({
    ...Object.fromEntries(
      Object.entries(Deployment.shape).map(([name, schema]) => [name, schema instanceof z.ZodRecord ? {} : name]),
    ),
    ...overrides,
  });
