import { expect, test } from 'vitest';
import { METRICS } from '../../schemas/metrics.ts';
import { parsed, synthesized } from './synthesized.ts';

interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

type Row = readonly [string, string, ...(string | object)[]];

const stack = synthesized();
const alarms = Object.values(stack.all('aws_cloudwatch_metric_alarm'));

function onDashboard(): Metric[] {
  const [dashboard] = Object.values(stack.all('aws_cloudwatch_dashboard'));
  const { widgets } = parsed(dashboard?.['dashboard_body']) as { widgets: { properties: { metrics: Row[] } }[] };
  return widgets
    .flatMap(({ properties }) => properties.metrics)
    .filter(([namespace]) => typeof namespace === 'string')
    .map(([namespace, name, ...rest]) => ({ namespace, name, dimensions: pairs(rest.slice(0, -1) as string[]) }));
}

const pairs = ([key, value, ...rest]: string[]): Record<string, string> =>
  key === undefined || value === undefined ? {} : { [key]: value, ...pairs(rest) };

function inAlarms(of = stack): Metric[] {
  return Object.values(of.all('aws_cloudwatch_metric_alarm')).flatMap((alarm) => {
    const queries = (alarm['metric_query'] as { metric?: object }[] | undefined)?.flatMap(({ metric }) => metric ?? []);
    return (queries ?? [alarm]).map((one) => {
      const { namespace, metric_name: name, dimensions } = one as Omit<Metric, 'name'> & { metric_name: string };
      return { namespace, name, dimensions };
    });
  });
}

/** What AWS itself emits, of those services that the stack uses. */
const AWS_METRICS: Record<string, readonly string[]> = {
  'AWS/States': ['ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted', 'ExecutionTime'],
  'AWS/Lambda': ['Errors'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible'],
};

test('each metric on the dashboard or in an alarm is one that something emits', () => {
  const emitted: Record<string, readonly string[]> = { ...AWS_METRICS, Rollcall: METRICS };
  const unknown = [...onDashboard(), ...inAlarms()].filter(
    ({ namespace, name }) => !emitted[namespace]?.includes(name),
  );
  expect(unknown).toStrictEqual([]);
});

test('each metric of the tasks is on the dashboard', () => {
  const shown = new Set(onDashboard().flatMap(({ namespace, name }) => (namespace === 'Rollcall' ? [name] : [])));
  expect([...shown].toSorted()).toStrictEqual([...METRICS].toSorted());
});

test('the metrics of the tasks are looked for under the service that the functions emit them by', () => {
  const staging = synthesized({ environment: 'staging' });
  for (const [one, service] of [
    [stack, 'rollcall'],
    [staging, 'rollcall-staging'],
  ] as const) {
    const variables = Object.values(one.all('aws_lambda_function')).map(
      ({ environment }) => (environment as { variables: Record<string, string> }).variables,
    );
    expect(new Set(variables.map((all) => all['POWERTOOLS_SERVICE_NAME']))).toStrictEqual(new Set([service]));
    expect(new Set(variables.map((all) => all['POWERTOOLS_METRICS_NAMESPACE']))).toStrictEqual(new Set(['Rollcall']));
    const own = inAlarms(one).filter(({ namespace }) => namespace === 'Rollcall');
    expect(own.map(({ dimensions }) => dimensions)).toStrictEqual([{ service }, { service }]);
  }
});

test('each machine, queue and schedule has an alarm', () => {
  const watched = inAlarms().map(({ dimensions }) => Object.values(dimensions)[0]);
  const named = (type: string, attribute: string) => Object.values(stack.all(type)).map((one) => one[attribute]);
  const machines = named('aws_sfn_state_machine', 'name').map(
    (name) => `arn:aws:states:us-east-1:111122223333:stateMachine:${String(name)}`,
  );
  const scheduled = Object.values(stack.all('aws_lambda_permission'))
    .filter(({ statement_id }) => statement_id === 'FromItsSchedule')
    .map(({ function_name }) => function_name);
  const all = [...scheduled, ...named('aws_sqs_queue', 'name'), ...machines];
  expect(all.filter((one) => !watched.includes(String(one)))).toStrictEqual([]);
});

test('no alarm counts what is retried: throttled calls, or errors of the functions that a machine calls', () => {
  const retried = inAlarms().filter(
    ({ name, dimensions: { FunctionName: task = '' } }) =>
      name.includes('Throttle') || (name === 'Errors' && !/measure-backlog|record-lost-failures/.test(task)),
  );
  expect(retried).toStrictEqual([]);
});

test('a backlog alarms when it is old and has not shrunk in any five minutes of half an hour', () => {
  const [alarm] = alarms.filter(({ alarm_name }) => alarm_name === 'rollcall-backlog');
  const { metric_query: queries, ...rules } = alarm as { metric_query: object[] };
  expect(rules).toMatchObject({
    comparison_operator: 'GreaterThanOrEqualToThreshold',
    threshold: 1,
    evaluation_periods: 6,
    datapoints_to_alarm: 6,
    treat_missing_data: 'notBreaching',
  });
  const maximum = (metric_name: string) => ({
    metric_name,
    namespace: 'Rollcall',
    dimensions: { service: 'rollcall' },
    period: 300,
    stat: 'Maximum',
  });
  expect(queries).toStrictEqual([
    { id: 'watched', expression: 'IF(m0 >= 900 AND DIFF(m1) >= 0, 1, 0)', label: 'watched', return_data: true },
    { id: 'm0', metric: maximum('OldestPhotoSeconds') },
    { id: 'm1', metric: maximum('ExecutionsRunning') },
  ]);
});

test('each alarm tells the one topic, which tells the address that is given', () => {
  const topic = 'arn:aws:sns:us-east-1:111122223333:rollcall-alarms';
  const actions = alarms.map(({ alarm_actions, ok_actions }) => [alarm_actions, ok_actions]);
  expect(actions).toStrictEqual(alarms.map(() => [[topic], [topic]]));
  expect(stack.all('aws_sns_topic_subscription')).toStrictEqual({});
  const told = synthesized({ alarmEmail: 'ops@example.com' });
  expect(Object.values(told.all('aws_sns_topic_subscription'))).toStrictEqual([
    { topic_arn: topic, protocol: 'email', endpoint: 'ops@example.com' },
  ]);
});

test('each saved query asks the logs of every function', () => {
  const groups = Object.values(stack.all('aws_lambda_function')).map(
    ({ function_name }) => `/aws/lambda/${String(function_name)}`,
  );
  const queries = Object.values(stack.all('aws_cloudwatch_query_definition'));
  expect(queries.map((one) => one['log_group_names'])).toStrictEqual(queries.map(() => groups));
  expect(queries.length).toBeGreaterThan(0);
});
