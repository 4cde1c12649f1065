import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from '@aws-sdk/client-sfn';

/** The state that failed, which may lie within a Map. Otherwise the last state that was entered. */
export async function stateThatFailed(sfn: SFNClient, executionArn: string): Promise<string | undefined> {
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1000, includeExecutionData: false }),
  );
  const isFailure = ({ type }: HistoryEvent) =>
    /^(Task|LambdaFunction)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/.test(type ?? '');
  const byId = new Map(events.map((event) => [event.id, event]));
  let event = events.find(isFailure) ?? events[0];
  while (event && !event.stateEnteredEventDetails) event = byId.get(event.previousEventId);
  return event?.stateEnteredEventDetails?.name;
}
