import { Environment, type Variable } from '../../schemas/environment.ts';

/** Reads a variable that the stack sets. Throws if it is missing or invalid, which is a fault of the deployment. */
export function env<Name extends Variable>(name: Name): Environment[Name] {
  const value = process.env[name];
  const result = Environment.shape[name].safeParse(value);
  if (value && result.success) return result.data as Environment[Name];
  const reason = value ? `cannot be "${value}"` : 'is not set';
  throw new Error(`The environment variable ${name} ${reason}. Deploy the function again.`);
}
