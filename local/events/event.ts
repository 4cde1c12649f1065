/** The envelope of every event: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface EventBridgeEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601 UTC, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Target {
  readonly id: string;
  readonly arn: string;
  /** At most one of these three is set. Without any, the whole event is the input. */
  readonly inputPath?: string;
  readonly input?: string;
  readonly inputTransformer?: InputTransformer;
  /** Default: 185. */
  readonly maximumRetryAttempts?: number;
  /** Default: 86,400. */
  readonly maximumEventAgeSeconds?: number;
  readonly deadLetterArn?: string;
}

export interface InputTransformer {
  readonly inputPaths?: Readonly<Record<string, string>>;
  readonly inputTemplate: string;
}

export interface Rule {
  readonly name: string;
  /** Default: `default`. */
  readonly bus?: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly pattern: object;
  readonly targets: readonly Target[];
}
