import type { EventBridgeEvent } from '../events/event.ts';
import { executionArn, stateMachineArn, type Place } from './arns.ts';
import { whyNotRedrivable } from './redrive.ts';
import type { Execution } from './tables.ts';

/** Bytes above which the input, or the output alone, is left out (Step Functions, "Automating event delivery"). */
const included = 248 * 1024;

interface When {
  readonly id: string;
  readonly now: number;
  /** How long the history is with the change. */
  readonly lastEventId: number;
}

/** "Step Functions Execution Status Change", as EventBridge hands it to rules. */
export function statusChange(place: Place, execution: Execution, { id, now, lastEventId }: When): EventBridgeEvent {
  const arn = executionArn(place, execution.machine, execution.name);
  return {
    version: '0',
    id,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: place.accountId,
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region: place.region,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: stateMachineArn(place, execution.machine),
      name: execution.name,
      status: execution.status,
      startDate: execution.startDate,
      stopDate: execution.stopDate ?? null,
      ...data(execution),
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redriveDate ?? null,
      ...redrivable(execution, lastEventId, now),
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  };
}

function data({ input, output }: Execution) {
  const size = (text = '') => Buffer.byteLength(JSON.stringify(text));
  const withInput = size(input) + size(output) <= included;
  const withOutput = size(output) <= included;
  return {
    input: withInput ? input : null,
    inputDetails: { included: withInput },
    output: (withOutput ? output : null) ?? null,
    outputDetails: output === undefined ? null : { included: withOutput },
  };
}

function redrivable(execution: Execution, lastEventId: number, now: number) {
  const reason = whyNotRedrivable(execution, lastEventId, now);
  return {
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: reason ?? null,
  };
}
