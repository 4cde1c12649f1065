import type { Call, Intercept } from '../../local/calls.ts';
import { LambdaError } from '../../local/lambda/errors.ts';
import type { Invoke } from '../../local/lambda/lambda.ts';
import type { Case, RecordedTask } from '../../schemas/case.ts';
import type { InvocationTracker, TaskInvocation } from './invocation-tracker.ts';
import { sendAnswer, type ServiceAnswer } from './send-answer.ts';

/** Errors that follow from the content of a bucket or a table. A replay does not inject them: they happen again. */
const STATE_DEPENDENT_ERRORS: readonly string[] = [
  'NoSuchKey',
  'NoSuchVersion',
  'NotFound',
  'PreconditionFailed',
  'ConditionalRequestConflict',
  'ConditionalCheckFailedException',
];

/**
 * Gives the recorded answers of a case. All of Rekognition's answers come from the case. S3 and DynamoDB answer
 * themselves, because their answers depend on what was written, except where they failed in the case.
 */
export class RecordedAnswers {
  readonly #tasks: readonly RecordedTask[];
  readonly #tracker: InvocationTracker;
  /** How often each state was invoked and each operation called so far. */
  readonly #counts = new Map<string, number>();

  constructor({ tasks }: Case, tracker: InvocationTracker) {
    this.#tasks = tasks;
    this.#tracker = tracker;
  }

  readonly interceptInvoke =
    (invoke: Invoke): Invoke =>
    async (functionArn, payload, trace) => {
      const invocation = this.#tracker.ofTrace(trace);
      if (!invocation) return invoke(functionArn, payload, trace);
      const attempts = this.#attemptsOf(invocation);
      const recorded = attempts[this.#count(`${invocation.state} ${invocation.item}`)] ?? attempts.at(-1);
      if (recorded && recorded.calls === undefined) return outcomeOf(recorded);
      const failure = recorded?.error && isPlatformError(recorded.error.name) ? recorded : undefined;
      // Without calls the attempt failed before its code ran.
      if (failure?.calls?.length === 0) return outcomeOf(failure);
      const result = await invoke(functionArn, payload, trace);
      return failure ? outcomeOf(failure) : result;
    };

  readonly intercept: Intercept = (call, serve) => (request, response) => {
    const invocation = this.#tracker.ofRequest(request);
    const answer = invocation && this.#answerTo(call, invocation);
    if (answer) void sendAnswer(call, request, response, answer);
    else serve(request, response);
  };

  #attemptsOf({ state, item }: TaskInvocation): RecordedTask[] {
    return this.#tasks.filter((task) => task.state === state && (task.item === undefined || task.item === item));
  }

  /** Undefined where the service itself is to answer. */
  #answerTo({ service, operation }: Call, invocation: TaskInvocation): ServiceAnswer | undefined {
    const recorded = this.#attemptsOf(invocation)
      .flatMap(({ calls = [] }) => calls)
      .filter((one) => one.service === service && one.operation === operation);
    const answer = recorded[this.#count(`${invocation.state} ${invocation.item} ${service} ${operation}`)];
    if (service !== 'rekognition') {
      return answer?.error && !STATE_DEPENDENT_ERRORS.includes(answer.error.name) ? answer : undefined;
    }
    const message = `${invocation.state} calls Rekognition's ${operation}, and the case has no answer to it.`;
    return answer ?? recorded.at(-1) ?? { error: { name: 'NotRecorded', message } };
  }

  /** How often it was counted before. */
  #count(what: string): number {
    const before = this.#counts.get(what) ?? 0;
    this.#counts.set(what, before + 1);
    return before;
  }
}

/** Errors of Lambda or Step Functions, not of the tasks' code: the function ended or did not answer in time. */
const isPlatformError = (name: string) => /^(Lambda|States|Sandbox|Runtime)\./.test(name);

function outcomeOf({ result, error }: RecordedTask): unknown {
  if (error) throw new LambdaError(error.name, error.cause);
  return result;
}
