import type { EventBridgeEvent } from '../events/event.ts';
import { executionArn, stateMachineArn, type AwsLocation } from './arns.ts';
import { whyNotRedrivable } from './redrive.ts';
import type { Execution } from './sublevels.ts';

/** Above this size the input, then also the output, is left out (Step Functions, "Automating event delivery"). */
const MAX_DATA_BYTES = 248 * 1024;

interface Change {
  readonly id: string;
  readonly now: number;
  /** The id of the event in the history that records the change. */
  readonly lastEventId: number;
}

/** The event "Step Functions Execution Status Change". */
export function statusChangeEvent(
  location: AwsLocation,
  execution: Execution,
  { id, now, lastEventId }: Change,
): EventBridgeEvent {
  const arn = executionArn(location, execution.machine, execution.name);
  return {
    version: '0',
    id,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: location.accountId,
    time: `${new Date(now).toISOString().slice(0, 19)}Z`,
    region: location.region,
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: stateMachineArn(location, execution.machine),
      name: execution.name,
      status: execution.status,
      startDate: execution.startDate,
      stopDate: execution.stopDate ?? null,
      ...inputAndOutput(execution),
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redriveDate ?? null,
      ...redriveStatus(execution, lastEventId, now),
      error: execution.error ?? null,
      cause: execution.cause ?? null,
    },
  };
}

function inputAndOutput({ input, output }: Execution) {
  const size = (text = '') => Buffer.byteLength(JSON.stringify(text));
  const withInput = size(input) + size(output) <= MAX_DATA_BYTES;
  const withOutput = size(output) <= MAX_DATA_BYTES;
  return {
    input: withInput ? input : null,
    inputDetails: { included: withInput },
    output: (withOutput ? output : null) ?? null,
    outputDetails: output === undefined ? null : { included: withOutput },
  };
}

function redriveStatus(execution: Execution, lastEventId: number, now: number) {
  const reason = whyNotRedrivable(execution, lastEventId, now);
  return {
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: reason ?? null,
  };
}
