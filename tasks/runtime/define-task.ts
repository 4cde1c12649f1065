import { Logger } from '@aws-lambda-powertools/logger';
import type * as z from 'zod';
import { TASKS, type Input, type Output, type TaskName } from '../../schemas/tasks.ts';
import { withRetryableName, TaskError } from './errors.ts';
import { flush } from './metrics.ts';

const logger = new Logger();

/** The fields of a log line: ids and outcomes, never a name, a picture or a vector. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

interface Task<Name extends TaskName, Services> {
  readonly name: Name;
  /** Created once per container, on the first invocation. */
  readonly services: () => Services;
  readonly run: (input: Input<Name>, services: Services) => Promise<Output<Name>>;
  /** Fields for the log line. */
  readonly describe: (input: Input<Name>, output?: Output<Name>) => LogFields;
}

/**
 * Makes a Lambda handler: it parses the input, runs the task, parses the output and logs one line. Errors are thrown,
 * because Step Functions retries by name.
 */
export function defineTask<Name extends TaskName, Services>(
  task: Task<Name, Services>,
): (event: unknown) => Promise<Output<Name>> {
  const schemas = TASKS[task.name];
  let services: Services | undefined;
  return async (event) => {
    const started = performance.now();
    const log = (fields: LogFields) => ({
      task: task.name,
      ...fields,
      duration_ms: Math.round(performance.now() - started),
    });
    let known: LogFields = {};
    try {
      const input = parse(schemas.input, event, `input of ${task.name}`) as Input<Name>;
      known = task.describe(input);
      services ??= task.services();
      const output = parse(schemas.output, await task.run(input, services), `output of ${task.name}`) as Output<Name>;
      logger.info('done', log(task.describe(input, output)));
      return output;
    } catch (thrown) {
      const error = withRetryableName(thrown);
      logger.error('failed', { ...log(known), error: error instanceof Error ? error.name : 'unknown' });
      throw error;
    } finally {
      flush();
    }
  };
}

/** Throws InvalidPayload with the path of each field that does not fit. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || '(the whole)'}: ${issue.message}`);
  throw new TaskError('InvalidPayload', `The ${what} does not fit its schema. ${faults.join('; ')}`);
}
