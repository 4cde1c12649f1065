import { LambdaError } from '../lambda/errors.ts';
import { StatesError } from './errors.ts';
import type { Json } from './state-types.ts';

export interface PutEventsEntry {
  readonly Source: string;
  readonly DetailType: string;
  /** JSON text. */
  readonly Detail: string;
  readonly EventBusName?: string;
  readonly Resources: readonly string[];
}

export interface PutEventsResult {
  readonly FailedEntryCount?: number;
  readonly Entries: readonly {
    readonly EventId?: string;
    readonly ErrorCode?: string;
    readonly ErrorMessage?: string;
  }[];
}

/** The services that tasks can call. */
export interface Integrations {
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  putEvents(entries: readonly PutEventsEntry[]): Promise<PutEventsResult>;
}

/** The execution that a task belongs to. PutEvents adds both ARNs to an event's resources. */
export interface Caller {
  readonly executionArn: string;
  readonly stateMachineArn: string;
}

const LAMBDA_INVOKE = 'arn:aws:states:::lambda:invoke';
const PUT_EVENTS = 'arn:aws:states:::events:putEvents';
const LAMBDA_ARN = /^arn:aws:lambda:[^:]+:[^:]*:function:/u;

export function isSupportedResource(resource: string): boolean {
  return resource === LAMBDA_INVOKE || resource === PUT_EVENTS || LAMBDA_ARN.test(resource);
}

/** Whether a task's resource is the ARN of a function. Such a task has history events of its own types. */
export function isLambdaArn(resource: string): boolean {
  return LAMBDA_ARN.test(resource);
}

/** Calls a task's resource. Its errors become StatesErrors with the names that Step Functions gives them. */
export async function callResource(
  resource: string,
  input: Json,
  integrations: Integrations,
  caller: Caller,
): Promise<Json> {
  try {
    if (isLambdaArn(resource)) return ((await integrations.invoke(resource, input)) ?? null) as Json;
    return resource === PUT_EVENTS
      ? await putEvents(input as Record<string, Json>, integrations, caller)
      : await invokeFunction(input as Record<string, Json>, integrations);
  } catch (error) {
    throw integrationError(error, resource === PUT_EVENTS ? 'EventBridge' : 'Lambda');
  }
}

async function invokeFunction(
  { FunctionName, Payload }: Record<string, Json>,
  integrations: Integrations,
): Promise<Json> {
  if (typeof FunctionName !== 'string') {
    throw new StatesError('States.Runtime', 'The field "FunctionName" is required but was missing');
  }
  const result = ((await integrations.invoke(FunctionName, Payload ?? {})) ?? null) as Json;
  return { ExecutedVersion: '$LATEST', Payload: result, StatusCode: 200 };
}

async function putEvents({ Entries }: Record<string, Json>, integrations: Integrations, caller: Caller): Promise<Json> {
  const entries = (Entries as Record<string, Json>[]).map((entry): PutEventsEntry => {
    const { Source, DetailType, Detail, EventBusName, Resources } = entry;
    return {
      Source: String(Source),
      DetailType: String(DetailType),
      Detail: typeof Detail === 'string' ? Detail : JSON.stringify(Detail ?? {}),
      ...(typeof EventBusName === 'string' && { EventBusName }),
      Resources: [...((Resources as string[] | undefined) ?? []), caller.executionArn, caller.stateMachineArn],
    };
  });
  const result = await integrations.putEvents(entries);
  const FailedEntryCount = result.FailedEntryCount ?? 0;
  if (FailedEntryCount > 0) throw new StatesError('EventBridge.FailedEntry', JSON.stringify(result));
  return { Entries: result.Entries.map((one) => ({ ...one })) as Json, FailedEntryCount };
}

function integrationError(error: unknown, service: string): StatesError {
  if (error instanceof StatesError) return error;
  if (error instanceof LambdaError) {
    return new StatesError(error.byService ? `Lambda.${error.name}` : error.name, error.message);
  }
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['Unknown', String(error)];
  return new StatesError(`${service}.${name === 'Error' ? 'Unknown' : name}`, message);
}
