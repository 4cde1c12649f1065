import { ServiceError, type Operation } from '../aws-json.ts';
import type { EventBridgeEvent } from './event.ts';

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  /** A name or an ARN. */
  readonly EventBusName?: string;
  /** Seconds since 1970. */
  readonly Time?: number;
}

const MAX_ENTRIES = 10;

export function putEvents(options: {
  put: (event: EventBridgeEvent, bus: string) => Promise<void>;
  region: string;
  accountId: string;
  now: () => Date;
  newId: () => string;
}): Operation {
  return async (input) => {
    const entries: unknown = input['Entries'];
    if (!Array.isArray(entries) || entries.length === 0 || entries.length > MAX_ENTRIES) {
      throw new ServiceError('ValidationException', `Entries must be a list of 1 to ${MAX_ENTRIES} events.`);
    }
    const results = [];
    for (const entry of entries as Entry[]) {
      const reason = reasonToRefuse(entry);
      if (reason) {
        results.push({ ErrorCode: reason[0], ErrorMessage: reason[1] });
        continue;
      }
      const event = toEvent(entry, options);
      await options.put(event, entry.EventBusName?.split('/').at(-1) ?? 'default');
      results.push({ EventId: event.id });
    }
    return { FailedEntryCount: results.filter((answer) => 'ErrorCode' in answer).length, Entries: results };
  };
}

function reasonToRefuse(entry: Entry): [code: string, message: string] | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name])
      return ['InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`];
  }
  if (entry.Source?.startsWith('aws.'))
    return ['NotAuthorizedForSource', `Not authorized for the source ${entry.Source}.`];
  return detailOf(entry) ? undefined : ['MalformedDetail', 'Detail is malformed.'];
}

function detailOf(entry: Entry): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(entry.Detail ?? '');
    const isObject = typeof detail === 'object' && detail !== null && !Array.isArray(detail);
    return isObject ? (detail as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function toEvent(
  entry: Entry,
  options: { region: string; accountId: string; now: () => Date; newId: () => string },
): EventBridgeEvent {
  const time = entry.Time === undefined ? options.now() : new Date(entry.Time * 1000);
  return {
    version: '0',
    id: options.newId(),
    'detail-type': entry.DetailType ?? '',
    source: entry.Source ?? '',
    account: options.accountId,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: options.region,
    resources: entry.Resources ?? [],
    detail: detailOf(entry) ?? {},
  };
}
