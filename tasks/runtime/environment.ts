import { Environment, type Variable } from '../../schemas/environment.ts';

/** A variable that the stack sets. Throws where it is missing or wrong: a fault of the deployment, not of the photo. */
export function env<Name extends Variable>(name: Name): Environment[Name] {
  const value = process.env[name];
  const result = Environment.shape[name].safeParse(value);
  if (value && result.success) return result.data as Environment[Name];
  const reason = value ? `cannot be "${value}"` : 'is not set';
  throw new Error(`The environment variable ${name} ${reason}. Deploy the function again.`);
}
