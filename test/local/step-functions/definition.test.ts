import { expect, test } from 'vitest';
import { parseDefinition } from '../../../local/step-functions/definition.ts';
import { only } from './run.ts';

const inMap = (state: object) => only({ Type: 'Map', ItemProcessor: only(state) });

test.for<[definition: object, problem: string]>([
  [
    only({ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage' }),
    'It: Resource arn:aws:states:::sqs:sendMessage',
  ],
  [
    only({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }),
    'It: Resource arn:aws:states:::lambda:invoke.waitForTaskToken',
  ],
  [inMap({ Type: 'Task', Resource: 'arn:aws:states:::sns:publish' }), 'It: Resource arn:aws:states:::sns:publish'],
  [{ QueryLanguage: 'JSONata', ...only({ Type: 'Pass' }) }, 'QueryLanguage JSONata'],
  [only({ Type: 'Pass', QueryLanguage: 'JSONata' }), 'It: QueryLanguage JSONata'],
  [only({ Type: 'Pass', Assign: { a: 1 } }), 'It: Assign'],
  [
    only({ Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...only({ Type: 'Pass' }) } }),
    'It: a Distributed Map',
  ],
  [only({ Type: 'Map', ItemProcessor: only({ Type: 'Pass' }), ToleratedFailureCount: 1 }), 'It: tolerated failures'],
  [{ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }, 'there is no state B'],
])('%j is refused, with its state', ([definition, problem]) => {
  expect(() => parseDefinition(JSON.stringify(definition), 'm')).toThrow(
    new Error(`The state machine m cannot run locally:\n- ${problem}`),
  );
});
