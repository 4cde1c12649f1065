import { functionArn } from '../lambda/bundles.ts';
import { aMachine } from './account.ts';

/** What the process to be killed is told. */
export interface Order {
  readonly folder: string;
  /** Names of executions to start. */
  readonly start: readonly string[];
  readonly input: unknown;
}

const call = (state: string, key: string, rest: object) => ({
  Type: 'Task',
  Resource: functionArn('work'),
  Parameters: { state, 'key.$': key },
  ...rest,
});

export const machines = [
  aMachine('m', {
    StartAt: 'First',
    States: {
      First: call('First', '$$.Execution.Name', { ResultPath: '$.first', Next: 'Each' }),
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 2,
        ItemSelector: { 'key.$': "States.Format('{}/{}', $$.Execution.Name, $$.Map.Item.Value)" },
        ItemProcessor: {
          StartAt: 'Search',
          States: {
            Search: call('Search', '$.key', { ResultPath: '$.found', Next: 'Persist' }),
            Persist: call('Persist', '$.key', { End: true }),
          },
        },
        ResultPath: '$.each',
        Next: 'Last',
      },
      Last: call('Last', '$$.Execution.Name', { ResultPath: '$.last', End: true }),
    },
  }),
] as const;
