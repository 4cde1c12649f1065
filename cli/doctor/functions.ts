import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { Problem, type Check, type DoctorContext } from './check.ts';

/** The function of every task. */
export const functions = (arns: readonly string[]): Check[] =>
  arns.map((arn) => {
    const name = arn.split(':').at(-1) ?? arn;
    return { name, run: (context) => checkFunction(arn, name, context) };
  });

/** Invokes the function with an empty payload, which every task refuses by name before it does anything. */
async function checkFunction(arn: string, name: string, { lambda, redeployAdvice }: DoctorContext): Promise<string> {
  const about = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
  const broken =
    about.State === 'Failed' ? about.StateReason : about.LastUpdateStatus === 'Failed' && about.LastUpdateStatusReason;
  if (broken !== undefined && broken !== false)
    throw new Problem(`Lambda could not set it up: ${broken}`, redeployAdvice);

  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: arn, Payload: '{}' }));
  const answer = JSON.parse(Payload ? Buffer.from(Payload).toString() : '{}') as {
    readonly errorType?: string;
    readonly errorMessage?: string;
  };
  if (answer.errorType === 'InvalidPayload') return `loads, with ${about.MemorySize} MB`;
  const said = FunctionError === undefined ? 'It took an empty payload' : `${answer.errorType}: ${answer.errorMessage}`;
  throw new Problem(
    `It does not run as it should. ${said}`,
    `Its log, /aws/lambda/${name}, tells more. ${redeployAdvice}`,
  );
}
