import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { Ailment, type Check, type Patient } from './check.ts';

/** The function of every task. */
export const functions = (arns: readonly string[]): Check[] =>
  arns.map((arn) => {
    const name = arn.split(':').at(-1) ?? arn;
    return { name, examine: (patient) => examine(arn, name, patient) };
  });

/** Loads its code for an empty payload, which every task refuses by name before it does anything. */
async function examine(arn: string, name: string, { lambda, again }: Patient): Promise<string> {
  const about = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
  const broken =
    about.State === 'Failed' ? about.StateReason : about.LastUpdateStatus === 'Failed' && about.LastUpdateStatusReason;
  if (broken !== undefined && broken !== false) throw new Ailment(`Lambda could not set it up: ${broken}`, again);

  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: arn, Payload: '{}' }));
  const answer = JSON.parse(Payload ? Buffer.from(Payload).toString() : '{}') as {
    readonly errorType?: string;
    readonly errorMessage?: string;
  };
  if (answer.errorType === 'InvalidPayload') return `loads, with ${about.MemorySize} MB`;
  const said = FunctionError === undefined ? 'It took an empty payload' : `${answer.errorType}: ${answer.errorMessage}`;
  throw new Ailment(`It does not run as it should. ${said}`, `Its log, /aws/lambda/${name}, tells more. ${again}`);
}
