/** A variable that the stack sets. Its absence is a fault of the deployment, not of the photo. */
export function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set: deploy the function again.`);
  return value;
}

export function envNumber(name: string): number {
  const value = Number(env(name));
  if (!Number.isFinite(value)) throw new Error(`The environment variable ${name} is not a number: ${env(name)}`);
  return value;
}
