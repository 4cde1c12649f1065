import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import { PAID_OPERATIONS, RATE_SETTINGS, RATE_VARIABLES, type PaidOperation } from '../../schemas/quotas.ts';
import { Problem, type Check, type DoctorContext } from './check.ts';

const REFUSED =
  'Your credentials may not read the quotas of Rekognition (servicequotas:ListServiceQuotas and ' +
  'ListAWSDefaultServiceQuotas)';

/** Why there may be nothing to compare with, by the error of Service Quotas. */
const UNREADABLE: Readonly<Record<string, string>> = {
  AccessDeniedException: REFUSED,
  NotAuthorizedException: REFUSED,
  NoSuchResourceException: 'Service Quotas does not list Rekognition in this region',
};

/** Compares how fast the paid operations are called with what the account may. The embedded account has no quotas. */
export const quotas: Check = {
  name: 'quotas',
  run: async (context) => {
    const used = await usedRates(context);
    let allowed: ReadonlyMap<PaidOperation, number>;
    try {
      allowed = await readQuotas(context);
    } catch (error) {
      const reason = UNREADABLE[(error as Error).name];
      if (reason === undefined) throw error;
      const rates = PAID_OPERATIONS.map((operation) => `${operation} ${used[operation]}`).join(', ');
      return `${reason}, so nothing is compared. Calls per second: ${rates}`;
    }
    const tooFast = PAID_OPERATIONS.find((operation) => used[operation] > (allowed.get(operation) ?? Infinity));
    if (tooFast === undefined) return `calls per second: ${PAID_OPERATIONS.map(line).join(', ')}`;
    throw new Problem(
      `${tooFast} is called up to ${used[tooFast]} times per second, and the account’s quota is ${allowed.get(tooFast)}.`,
      `Set ${RATE_SETTINGS[tooFast]}: ${allowed.get(tooFast)} in rollcall.config.ts, or raise the quota. ${context.redeployAdvice}`,
    );

    function line(operation: PaidOperation): string {
      const quota = allowed.get(operation);
      return `${operation} ${used[operation]} of ${quota ?? 'a quota that Service Quotas does not list'}`;
    }
  },
};

/** Every function has the variables. */
async function usedRates({ lambda, target: { deployment } }: DoctorContext): Promise<Record<PaidOperation, number>> {
  const FunctionName = deployment.functions['load-image'];
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const rates = PAID_OPERATIONS.map((operation) => [
    operation,
    Number(Environment?.Variables?.[RATE_VARIABLES[operation]]),
  ]);
  return Object.fromEntries(rates) as Record<PaidOperation, number>;
}

/** The account's own quotas, and the defaults where it has none of its own. */
async function readQuotas({ target: { connection } }: DoctorContext): Promise<ReadonlyMap<PaidOperation, number>> {
  // Loaded on demand, because no other command needs it.
  const { ServiceQuotasClient, paginateListAWSDefaultServiceQuotas, paginateListServiceQuotas } =
    await import('@aws-sdk/client-service-quotas');
  const client = new ServiceQuotasClient(connection);
  const found = new Map<PaidOperation, number>();
  for (const paginate of [paginateListAWSDefaultServiceQuotas, paginateListServiceQuotas]) {
    for await (const { Quotas = [] } of paginate({ client }, { ServiceCode: 'rekognition' })) {
      for (const quota of Quotas) note(found, quota);
    }
  }
  return found;
}

/** The names end as "… the Amazon Rekognition Image operation DetectFaces". */
function note(found: Map<PaidOperation, number>, { QuotaName = '', Value }: ServiceQuota): void {
  const operation = PAID_OPERATIONS.find(
    (one) => /transactions per second/i.test(QuotaName) && QuotaName.endsWith(` ${one}`),
  );
  if (operation !== undefined && Value !== undefined) found.set(operation, Value);
}
