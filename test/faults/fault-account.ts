import type { FaceEngine } from '../../local/rekognition/engine/types.ts';
import { startTestAccount, type TestAccount } from '../support/test-account.ts';
import { Injector } from './injector.ts';

/** An account with a fault injector between the tasks and the services. */
export interface FaultAccount extends TestAccount {
  readonly injector: Injector;
}

export async function startFaultAccount(stackFolder: string, engine: FaceEngine): Promise<FaultAccount> {
  const account = await startTestAccount({ stackFolder, engine });
  const injector = new Injector((functionName) => account.account.crash(functionName));
  account.setInterceptors({ intercept: injector.intercept });
  return { ...account, injector };
}
