import { z } from '@hono/zod-openapi';
import { EXECUTION_STATUSES } from '../../../schemas/executions.ts';
import { MACHINE_NAMES } from '../../../statemachines/registry.ts';
import { Page, Time } from './common.ts';

const Status = z.enum(EXECUTION_STATUSES);

export const ExecutionQuery = Page.extend({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  machine: z.enum(MACHINE_NAMES).optional(),
  status: Status.optional(),
  /** Started at this time or later. */
  from: Time.optional(),
  to: Time.optional(),
});

export const Execution = z
  .object({
    machine: z.enum(MACHINE_NAMES),
    name: z.string(),
    execution_arn: z.string(),
    status: z.string(),
    start: z.string(),
    stop: z.string().optional(),
    redrive_count: z.int(),
    error: z.string().optional(),
    cause: z.string().optional(),
  })
  .openapi('Execution');
export type Execution = z.infer<typeof Execution>;

export const Executions = z.object({ items: z.array(Execution), cursor: z.string().optional() }).openapi('Executions');

export const ExecutionDetail = Execution.extend({
  /** JSON texts. */
  input: z.string().optional(),
  output: z.string().optional(),
  /** Its state machine as it was then, in Amazon States Language. */
  definition: z.unknown(),
  /** REDRIVABLE, NOT_REDRIVABLE or REDRIVABLE_BY_MAP_RUN. */
  redrive_status: z.string().optional(),
  /** Why it cannot be redriven. */
  redrive_reason: z.string().optional(),
  redriven_at: z.string().optional(),
  /** The photo, or the key of the portrait, that it is about. */
  subject: z.string().optional(),
  /** In the console of AWS. Absent on a laptop. */
  console_url: z.string().optional(),
}).openapi('ExecutionDetail');
export type ExecutionDetail = z.infer<typeof ExecutionDetail>;

export const HistoryQuery = z.object({
  cursor: z.string().max(16_000).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});

export const HistoryEvent = z
  .object({
    id: z.int(),
    previous_event_id: z.int(),
    type: z.string(),
    timestamp: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  })
  .openapi('HistoryEvent');
export type HistoryEvent = z.infer<typeof HistoryEvent>;

export const History = z.object({ items: z.array(HistoryEvent), cursor: z.string().optional() }).openapi('History');

/** What was done about one failure. */
export const Recovered = z
  .object({
    /** The photo, or the key of the portrait. */
    id: z.string(),
    action: z.enum(['redrive', 'start anew', 'leave alone', 'failed']),
    reason: z.string(),
    execution_arn: z.string().optional(),
  })
  .openapi('Recovered');
export type Recovered = z.infer<typeof Recovered>;

/** A photo or a portrait whose execution failed. */
export const FailureItem = z
  .object({
    id: z.string(),
    timestamp: z.string(),
    execution_arn: z.string(),
    error: z.string().nullable(),
    failed_state: z.string().nullable(),
    cause: z.string().nullable(),
  })
  .openapi('FailureItem');
export type FailureItem = z.infer<typeof FailureItem>;

export const FailureQuery = Page.extend({
  error: z.string().max(200).optional(),
  failed_state: z.string().max(200).optional(),
  from: Time.optional(),
});
export const Failures = z.object({ items: z.array(FailureItem), cursor: z.string().optional() }).openapi('Failures');

export const Redrive = z
  .strictObject({
    /** Everything that failed with this error, in this state if it is given. */
    error: z.string().max(200).optional(),
    failed_state: z.string().max(200).optional(),
    /** Or these: ids of photos, keys of portraits. */
    ids: z.array(z.string().min(1).max(1100)).min(1).max(500).optional(),
    /** What failed and was uploaded at this time or later. */
    since: Time.optional(),
    /** Only say what would be done. */
    dry_run: z.boolean().default(false),
    /** From the answer before, to go on with the rest. */
    cursor: z.string().max(16_000).optional(),
  })
  .openapi('Redrive');

/** If there may be more than one request does, send it again with the cursor. */
export const Redriven = z.object({ items: z.array(Recovered), cursor: z.string().optional() }).openapi('Redriven');
