import type { Call, Intercept } from '../../local/calls.ts';
import { LambdaError } from '../../local/lambda/errors.ts';
import type { Invoke } from '../../local/lambda/lambda.ts';
import type { Case, RecordedTask } from '../../schemas/case.ts';
import { sendAnswer, type ServiceAnswer } from './send-answer.ts';
import type { TaskInvocation, InvocationTracker } from './invocation-tracker.ts';

/** Errors that the state of a bucket or a table makes: they come by themselves when the case runs again. */
const NATURAL: readonly string[] = [
  'NoSuchKey',
  'NoSuchVersion',
  'NotFound',
  'PreconditionFailed',
  'ConditionalRequestConflict',
  'ConditionalCheckFailedException',
];

/**
 * Answers as it was answered when the case was recorded. Rekognition says again what it said; S3 and DynamoDB are real,
 * for they answer by what was written, and only what went wrong at them goes wrong again.
 */
export class RecordedAnswers {
  readonly #tasks: readonly RecordedTask[];
  readonly #spots: InvocationTracker;
  /** How often each question was asked so far. */
  readonly #asked = new Map<string, number>();

  constructor({ tasks }: Case, spots: InvocationTracker) {
    this.#tasks = tasks;
    this.#spots = spots;
  }

  readonly interceptInvoke =
    (invoke: Invoke): Invoke =>
    async (functionArn, payload, trace) => {
      const spot = this.#spots.ofTrace(trace);
      if (!spot) return invoke(functionArn, payload, trace);
      const attempts = this.#at(spot);
      const recorded = attempts[this.#count(`${spot.state} ${spot.item}`)] ?? attempts.at(-1);
      if (recorded && recorded.calls === undefined) return outcomeOf(recorded);
      const failure = recorded?.error && isPlatform(recorded.error.name) ? recorded : undefined;
      // Without a call it failed before it did anything.
      if (failure?.calls?.length === 0) return outcomeOf(failure);
      const result = await invoke(functionArn, payload, trace);
      return failure ? outcomeOf(failure) : result;
    };

  readonly intercept: Intercept = (call, serve) => (request, response) => {
    const spot = this.#spots.ofRequest(request);
    const outcome = spot && this.#outcome(spot, call);
    if (outcome) void sendAnswer(call, request, response, outcome);
    else serve(request, response);
  };

  #at({ state, item }: TaskInvocation): RecordedTask[] {
    return this.#tasks.filter((task) => task.state === state && (task.item === undefined || task.item === item));
  }

  #outcome(spot: TaskInvocation, { service, operation }: Call): ServiceAnswer | undefined {
    const recorded = this.#at(spot)
      .flatMap(({ calls = [] }) => calls)
      .filter((one) => one.service === service && one.operation === operation);
    const outcome = recorded[this.#count(`${spot.state} ${spot.item} ${service} ${operation}`)];
    if (service !== 'rekognition') return outcome?.error && !NATURAL.includes(outcome.error.name) ? outcome : undefined;
    const message = `${spot.state} asks Rekognition for ${operation}, and the case has no answer.`;
    return outcome ?? recorded.at(-1) ?? { error: { name: 'NotRecorded', message } };
  }

  #count(question: string): number {
    const before = this.#asked.get(question) ?? 0;
    this.#asked.set(question, before + 1);
    return before;
  }
}

/** What no code of ours throws: the function never answered, or not in time. */
const isPlatform = (name: string) => /^(Lambda|States|Sandbox|Runtime)\./.test(name);

function outcomeOf({ result, error }: RecordedTask): unknown {
  if (error) throw new LambdaError(error.name, error.cause);
  return result;
}
