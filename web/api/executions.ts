import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { z, type OpenAPIHono } from '@hono/zod-openapi';
import { listExecutions } from '../../client/executions/list-executions.ts';
import { readEvents, readExecution } from '../../client/executions/read-execution.ts';
import { Failure } from '../../client/failure.ts';
import { machineEntry } from '../../statemachines/registry.ts';
import type { ApiEnv, ApiServices } from './context.ts';
import { ExecutionCursor, fromCursor, toCursor } from './cursor.ts';
import { periodOf } from './period.ts';
import { json, route } from './route.ts';
import { ExecutionDetail, ExecutionQuery, Executions, History, HistoryQuery } from './schemas/executions.ts';

export const OneExecution = z.object({ execution_arn: z.string().min(1).max(500) });

const listRoute = route('viewer', {
  method: 'get',
  path: '/api/executions',
  summary: 'Executions, the newest first',
  request: { query: ExecutionQuery },
  responses: { 200: json(Executions, 'A page of executions') },
});

const oneRoute = route('viewer', {
  method: 'get',
  path: '/api/executions/{execution_arn}',
  summary: 'One execution with its input, output and definition',
  request: { params: OneExecution },
  responses: { 200: json(ExecutionDetail, 'The execution') },
});

const historyRoute = route('viewer', {
  method: 'get',
  path: '/api/executions/{execution_arn}/history',
  summary: 'The events of an execution, in their order',
  request: { params: OneExecution, query: HistoryQuery },
  responses: { 200: json(History, 'A page of events') },
});

const redriveRoute = route('admin', {
  method: 'post',
  path: '/api/executions/{execution_arn}/redrive',
  summary: 'Continues a failed execution in the state that failed',
  request: { params: OneExecution },
  responses: { 200: json(ExecutionDetail, 'The execution, under way') },
});

const caseRoute = route('viewer', {
  method: 'get',
  path: '/api/executions/{execution_arn}/case',
  summary: 'The execution as rollcall replay reads it: without pictures, and with made-up names',
  request: { params: OneExecution },
  responses: { 200: json(z.object({}), 'The case') },
});

export function executionRoutes(api: OpenAPIHono<ApiEnv>, { target, caseOf }: ApiServices): void {
  api.openapi(listRoute, async (context) => {
    const { cursor, from, to, ...of } = context.req.valid('query');
    const { executions, next } = await listExecutions(target, {
      ...of,
      ...periodOf(from, to),
      from: fromCursor(ExecutionCursor, cursor),
    });
    return context.json({ items: [...executions], ...(next && { cursor: toCursor(next) }) }, 200);
  });

  const detail = async (executionArn: string) => {
    const execution = await readExecution(target, executionArn);
    const isLocal = target.connection.endpoint !== undefined;
    return {
      ...execution,
      subject: subjectOf(execution.input),
      console_url: isLocal ? undefined : consoleUrl(target.deployment.region, executionArn),
    };
  };

  api.openapi(oneRoute, async (context) => context.json(await detail(context.req.valid('param').execution_arn), 200));

  api.openapi(historyRoute, async (context) => {
    const { cursor, limit } = context.req.valid('query');
    const { execution_arn } = context.req.valid('param');
    const { events, next } = await readEvents(target, execution_arn, { limit, from: cursor });
    return context.json({ items: [...events], ...(next !== undefined && { cursor: next }) }, 200);
  });

  api.openapi(caseRoute, async (context) => {
    const { machine, execution_arn, status, name } = await readExecution(
      target,
      context.req.valid('param').execution_arn,
    );
    if (machineEntry(machine).objectPrefix === undefined) {
      throw new Failure(`An execution of ${machine} cannot be replayed: only those that an uploaded object starts.`);
    }
    if (status === 'RUNNING') throw new Failure('It is under way. Ask again when it has ended.');
    context.header('content-disposition', `attachment; filename="${name.replaceAll(/[^\w-]/g, '_')}.json"`);
    return context.json(await caseOf(execution_arn), 200);
  });

  api.openapi(redriveRoute, async (context) => {
    const { execution_arn: executionArn } = context.req.valid('param');
    await readExecution(target, executionArn);
    await target.sfn.send(new RedriveExecutionCommand({ executionArn })).catch((error: Error) => {
      throw error.name === 'ExecutionNotRedrivable' ? new Failure(error.message) : error;
    });
    return context.json(await detail(executionArn), 200);
  });
}

/** The key of the object in the event that started an execution. */
const Event = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) });

function subjectOf(input = '{}'): string | undefined {
  const event = Event.safeParse(JSON.parse(input));
  return event.success ? event.data.detail.object.key : undefined;
}

const consoleUrl = (region: string, executionArn: string) =>
  `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${executionArn}`;
