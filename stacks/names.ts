import type { Config } from '../schemas/config.ts';

/** Gives a thing its name in one environment: no two environments of an account share one. */
export type NameOf = (base: string) => string;

/** `acme-FaceRecognitionResults-staging`: the plain name in the environment `default` without a prefix. */
export function namesOf(config: Pick<Config, 'environment' | 'namePrefix'>): NameOf {
  const before = config.namePrefix === undefined ? '' : `${config.namePrefix}-`;
  const after = config.environment === 'default' ? '' : `-${config.environment}`;
  return (base) => `${before}${base}${after}`;
}
