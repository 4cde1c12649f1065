import * as z from 'zod';
import { Deployment } from '../../schemas/deployment.ts';

/** The variables of the API's function. The stack must set each one. */
const Environment = z.object({
  DEPLOYMENT: z
    .string()
    .transform((json) => JSON.parse(json) as unknown)
    .pipe(Deployment),
  /** The address of the bucket, as browsers reach it. */
  BUCKET_URL: z.url(),
  // Set by Lambda. They last longer than the function's process.
  AWS_ACCESS_KEY_ID: z.string(),
  AWS_SECRET_ACCESS_KEY: z.string(),
  AWS_SESSION_TOKEN: z.string().optional(),
});
export type Environment = z.infer<typeof Environment>;

/** Throws if a variable is missing or invalid, which is a fault of the deployment. */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const result = Environment.safeParse(variables);
  if (result.success) return result.data;
  const names = result.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new Error(`The environment variables ${names} are missing or wrong. Deploy the function again.`);
}
