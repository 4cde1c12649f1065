import { ListExecutionsCommand, type ExecutionListItem, type SFNClient } from '@aws-sdk/client-sfn';

export interface ExecutionLister {
  readonly sfn: SFNClient;
  readonly machineArns: readonly string[];
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** ListExecutions allows 5 calls a second for the whole account (Step Functions, "API action throttling quotas"). */
const GAP_MS = 250;
/** ListExecutions's maximum. */
const PAGE_SIZE = 1000;
/** 200,000 executions in less than a minute of waiting. */
const MAX_PAGES = 200;

/** The executions that are under way, each machine's newest first. At most MAX_PAGES pages. */
export async function* runningExecutions(lister: ExecutionLister): AsyncGenerator<ExecutionListItem> {
  const { sfn, machineArns, sleep } = lister;
  let pages = 0;
  for (const stateMachineArn of machineArns) {
    let nextToken: string | undefined;
    do {
      if (pages > 0) await sleep(GAP_MS);
      pages += 1;
      const page = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: PAGE_SIZE, nextToken }),
      );
      yield* page.executions ?? [];
      ({ nextToken } = page);
    } while (nextToken !== undefined && pages < MAX_PAGES);
  }
}
