import { CloudwatchQueryDefinition } from '@cdktf/provider-aws/lib/cloudwatch-query-definition/index.js';
import { Construct } from 'constructs';
import type { NameOf } from '../names.ts';

/** Saved queries for CloudWatch Logs Insights. Each task logs one line per invocation. */
const QUERIES = {
  'What failed, and how often': `filter level = "ERROR"
| stats count(*) as times, latest(@timestamp) as last by task, error
| sort times desc`,
  'One execution from end to end': `filter execution = "PASTE THE EXECUTION'S ARN HERE"
| fields @timestamp, task, message, status, reason, error, duration_ms
| sort @timestamp asc`,
  'What happened to faces': `filter task = "search-face" and message = "done"
| stats count(*) as faces by status, reason
| sort faces desc`,
  'Slowest tasks': `filter ispresent(duration_ms)
| stats count(*) as calls, pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95, max(duration_ms) as longest by task
| sort p95 desc`,
  'Cold starts and memory': `filter @type = "REPORT"
| stats count(@initDuration) as cold, max(@initDuration) as longest_start, max(@maxMemoryUsed / 1000000) as used_mb, max(@memorySize / 1000000) as given_mb by @log
| sort longest_start desc`,
} as const;

export class LogQueries extends Construct {
  constructor(scope: Construct, nameOf: NameOf, logGroupNames: readonly string[]) {
    super(scope, 'log-queries');
    for (const [question, queryString] of Object.entries(QUERIES)) {
      new CloudwatchQueryDefinition(this, question.toLowerCase().replaceAll(/[^a-z]+/g, '-'), {
        // The console shows a slash as a folder.
        name: `${nameOf('rollcall')}/${question}`,
        logGroupNames: [...logGroupNames],
        queryString,
      });
    }
  }
}
