import { LambdaError } from '../lambda/errors.ts';
import { StatesError } from './failure.ts';
import type { Json } from './state-types.ts';

export interface PutEventsEntry {
  readonly Source: string;
  readonly DetailType: string;
  /** JSON text. */
  readonly Detail: string;
  readonly EventBusName?: string;
  readonly Resources: readonly string[];
}

export interface PutEventsAnswer {
  readonly FailedEntryCount?: number;
  readonly Entries: readonly {
    readonly EventId?: string;
    readonly ErrorCode?: string;
    readonly ErrorMessage?: string;
  }[];
}

/** What tasks call. */
export interface Integrations {
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  putEvents(entries: readonly PutEventsEntry[]): Promise<PutEventsAnswer>;
}

/** Whose call it is: an event by EventBridge names both. */
export interface Caller {
  readonly executionArn: string;
  readonly stateMachineArn: string;
}

const lambdaInvoke = 'arn:aws:states:::lambda:invoke';
const putEvents = 'arn:aws:states:::events:putEvents';
const lambdaArn = /^arn:aws:lambda:[^:]+:[^:]*:function:/u;

export function isKnownResource(resource: string): boolean {
  return resource === lambdaInvoke || resource === putEvents || lambdaArn.test(resource);
}

/** A task that names a function itself, and so has history events of its own kind. */
export function isDirect(resource: string): boolean {
  return lambdaArn.test(resource);
}

/** Runs a task's resource on its parameters. What it throws is a StatesError with the service's name for it. */
export async function call(resource: string, input: Json, services: Integrations, caller: Caller): Promise<Json> {
  try {
    if (isDirect(resource)) return ((await services.invoke(resource, input)) ?? null) as Json;
    return resource === putEvents
      ? await put(input as Record<string, Json>, services, caller)
      : await invoke(input as Record<string, Json>, services);
  } catch (error) {
    throw asStatesError(error, resource === putEvents ? 'EventBridge' : 'Lambda');
  }
}

async function invoke({ FunctionName, Payload }: Record<string, Json>, services: Integrations): Promise<Json> {
  if (typeof FunctionName !== 'string') {
    throw new StatesError('States.Runtime', 'The field "FunctionName" is required but was missing');
  }
  const answer = ((await services.invoke(FunctionName, Payload ?? {})) ?? null) as Json;
  return { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 };
}

async function put({ Entries }: Record<string, Json>, services: Integrations, caller: Caller): Promise<Json> {
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
  const answer = await services.putEvents(entries);
  const FailedEntryCount = answer.FailedEntryCount ?? 0;
  if (FailedEntryCount > 0) throw new StatesError('EventBridge.FailedEntry', JSON.stringify(answer));
  return { Entries: answer.Entries.map((one) => ({ ...one })) as Json, FailedEntryCount };
}

function asStatesError(error: unknown, service: string): StatesError {
  if (error instanceof StatesError) return error;
  if (error instanceof LambdaError) {
    return new StatesError(error.byService ? `Lambda.${error.name}` : error.name, error.message);
  }
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['Unknown', String(error)];
  return new StatesError(`${service}.${name === 'Error' ? 'Unknown' : name}`, message);
}
