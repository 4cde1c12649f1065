import type { Rule } from '../../../local/events/event.ts';

/** Every created object starts a state machine. */
export const EVERY_OBJECT: Rule = {
  name: 'all',
  state: 'ENABLED',
  pattern: { source: ['aws.s3'], 'detail-type': ['Object Created'] },
  targets: [{ id: 'machine', arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:any' }],
};
