import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { accountTarget, type Target } from '../../cli/deployment/target.ts';
import type { Terminal } from '../../cli/terminal.ts';
import { Case } from '../../schemas/case.ts';
import { injectFaults, type InjectedFault } from '../../recording/replay/inject-faults.ts';
import { startReplayAccount, type ReplayAccount } from '../../recording/replay/replay-account.ts';
import { stateOfFunction } from '../../recording/replay/state-machines.ts';
import { InvocationTracker } from '../../recording/replay/invocation-tracker.ts';
import { RecordedAnswers } from '../../recording/replay/recorded-answers.ts';
import { aJpeg } from '../support/pictures.ts';

export interface CliAccount {
  readonly lab: ReplayAccount;
  readonly target: Target;
  /** The states whose functions were called, since the last look. */
  calls(): string[];
  /** From now on Rekognition sees what it saw in a case, and these things go wrong. */
  behave(name: string, ...faults: InjectedFault[]): Promise<void>;
  /** Puts a photo or a portrait into the bucket, and waits until nothing is under way. */
  land(key: string): Promise<void>;
  close(): Promise<void>;
}

/** An embedded account, and what a command knows of it. */
export async function anAccount(): Promise<CliAccount> {
  const lab = await startReplayAccount();
  const called: string[] = [];
  const { s3, deployment } = lab;
  return {
    lab,
    target: accountTarget(lab.account),
    calls: () => called.splice(0),
    behave: async (name, ...faults) => {
      const recorded = await aCase(name);
      const spots = new InvocationTracker((functionArn) =>
        stateOfFunction(lab.stateMachine(recorded.machine), functionArn),
      );
      const [tape, fault] = [new RecordedAnswers(recorded, spots), injectFaults(spots, faults)];
      lab.setInterceptors({
        intercept: (call, serve) => fault(call, tape.intercept(call, serve)),
        interceptInvoke: (invoke) => (functionArn, payload, trace) => {
          const state = stateOfFunction(lab.stateMachine(recorded.machine), functionArn);
          if (state !== undefined) called.push(state);
          return spots.interceptInvoke(invoke)(functionArn, payload, trace);
        },
      });
    },
    land: async (key) => {
      await s3.send(new PutObjectCommand({ Bucket: deployment.bucket, Key: key, Body: await aJpeg(480, 480) }));
      await lab.idle();
    },
    close: () => lab.close(),
  };
}

const CASES = join(import.meta.dirname, '../recording/cases');

const aCase = async (name: string) => Case.parse(JSON.parse(await readFile(join(CASES, `${name}.json`), 'utf8')));

export const throttled = (state: string, operation: string, times: number): InjectedFault => ({
  state,
  service: 'rekognition',
  operation,
  error: 'ThrottlingException',
  times,
});

/** What a command prints, and what it says beside. */
export function aTerminal(signal = new AbortController().signal): Terminal & { printed: string[]; noted: string[] } {
  const [printed, noted]: [string[], string[]] = [[], []];
  const print = (text: string) => void printed.push(text);
  return { print, note: (text) => void noted.push(text), columns: 100, colours: false, signal, printed, noted };
}
