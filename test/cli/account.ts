import { join } from 'node:path';
import type { Terminal } from '../../cli/terminal.ts';
import { accountTarget, type Target } from '../../client/deployment/target.ts';
import { functionError } from '../../local/lambda/errors.ts';
import { readCase } from '../../recording/case-file.ts';
import { injectFaults, type InjectedFault } from '../../recording/replay/inject-faults.ts';
import { InvocationTracker } from '../../recording/replay/invocation-tracker.ts';
import { RecordedAnswers } from '../../recording/replay/recorded-answers.ts';
import { stateOfFunction } from '../../recording/replay/state-machines.ts';
import { aJpeg } from '../support/pictures.ts';
import { startTestAccount, type TestAccount, type TestAccountOptions } from '../support/test-account.ts';

export interface CliAccount extends TestAccount {
  readonly target: Target;
  /** The states whose functions were invoked since the last call of this function. */
  takeInvokedStates(): string[];
  /** The next function of this state does its work, but Step Functions never learns of it. */
  loseAnswerOf(state: string): void;
  /** From now on Rekognition answers as in a case, and these faults are injected. */
  answerAsIn(caseName: string, ...faults: InjectedFault[]): Promise<void>;
  /** Uploads a picture with bytes of its own under this key, and waits until everything is processed. */
  uploadAndWait(key: string): Promise<void>;
}

/** An embedded account, and the target that a command works on it with. */
export async function anAccount(options: TestAccountOptions = {}): Promise<CliAccount> {
  const account = await startTestAccount(options);
  const invoked: string[] = [];
  const lost = new Set<string | undefined>();
  return {
    ...account,
    target: accountTarget(account.account),
    takeInvokedStates: () => invoked.splice(0),
    loseAnswerOf: (state) => void lost.add(state),
    answerAsIn: async (caseName, ...faults) => {
      const recorded = await readCase(join(CASES, `${caseName}.json`));
      const machine = account.stateMachine(recorded.machine);
      const tracker = new InvocationTracker(machine);
      const [answers, fault] = [new RecordedAnswers(recorded, tracker), injectFaults(tracker, faults)];
      account.setInterceptors({
        intercept: (call, serve) => fault(call, answers.intercept(call, serve)),
        interceptInvoke: (invoke) => async (functionArn, payload, trace) => {
          const state = stateOfFunction(machine, functionArn);
          if (state !== undefined) invoked.push(state);
          const answer = await tracker.interceptInvoke(invoke)(functionArn, payload, trace);
          if (lost.delete(state)) throw functionError('AnswerLost', 'the answer was lost');
          return answer;
        },
      });
    },
    uploadAndWait: async (key) => {
      await account.upload(key, Buffer.concat([await aJpeg(480, 480), Buffer.from(key)]));
      await account.idle();
    },
  };
}

export const CASES = join(import.meta.dirname, '../recording/cases');

export const throttled = (state: string, operation: string, times: number): InjectedFault => ({
  state,
  service: 'rekognition',
  operation,
  error: 'ThrottlingException',
  times,
});

/** Keeps what a command prints to stdout and notes on stderr. */
export function aTerminal(signal = new AbortController().signal): Terminal & { printed: string[]; noted: string[] } {
  const [printed, noted]: [string[], string[]] = [[], []];
  const print = (text: string) => void printed.push(text);
  return { print, note: (text) => void noted.push(text), columns: 100, colours: false, signal, printed, noted };
}
