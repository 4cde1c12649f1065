import type { Config } from '../schemas/config.ts';

/** Names a resource in one environment, uniquely in the account. */
export type NameOf = (base: string) => string;

/** `acme-FaceRecognitionResults-staging`. The base name alone in the environment `default` without a prefix. */
export function namesOf(config: Pick<Config, 'environment' | 'namePrefix'>): NameOf {
  const before = config.namePrefix === undefined ? '' : `${config.namePrefix}-`;
  const after = config.environment === 'default' ? '' : `-${config.environment}`;
  return (base) => `${before}${base}${after}`;
}
