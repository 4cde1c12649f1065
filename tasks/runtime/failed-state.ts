import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';

/** In milliseconds: all attempts of the SDK together, which leaves time to record the failure. */
const PATIENCE = 8000;

/**
 * The state that failed, which may lie within a Map. Otherwise the last state that was entered. Undefined when Step
 * Functions does not tell: it allows 20 calls a second for the whole account, and a failure is recorded without it too.
 * Not every emulator answers in the order asked for, and a failure that was retried comes before the one that counts.
 */
export async function stateThatFailed(sfn: SFNClient, executionArn: string): Promise<string | undefined> {
  const events = await readHistory(sfn, executionArn).catch(() => []);
  const isFailure = ({ type }: HistoryEvent) =>
    /^(Task|LambdaFunction)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/.test(type ?? '');
  const byId = new Map(events.map((event) => [event.id, event]));
  const latestFirst = events.toSorted((a, b) => (b.id ?? 0) - (a.id ?? 0));
  let event = latestFirst.find(isFailure) ?? latestFirst[0];
  while (event && !event.stateEnteredEventDetails) event = byId.get(event.previousEventId);
  return event?.stateEnteredEventDetails?.name;
}

async function readHistory(sfn: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1000, includeExecutionData: false }),
    { abortSignal: AbortSignal.timeout(PATIENCE) },
  );
  return events;
}
