/** What a command line or a test needs to know of a running account: the outputs of its stack. */
export interface Names {
  readonly bucket: string;
  readonly resultsTable: string;
  readonly peopleTable: string;
  readonly collectionId: string;
  readonly recognitionMachineArn: string;
  readonly enrollMachineArn: string;
  readonly deadLetterQueueUrls: readonly string[];
}

/** `url` stands in for the address of SQS in its queues' URLs: the SDK sends its requests there. */
export function namesOf(outputs: Readonly<Record<string, string>>, url: string): Names {
  const named = (name: string) => {
    const value = outputs[name];
    if (value === undefined) throw new Error(`The stack has no output ${name}.`);
    return value;
  };
  return {
    bucket: named('bucket'),
    resultsTable: named('results_table'),
    peopleTable: named('people_table'),
    collectionId: named('collection'),
    recognitionMachineArn: named('recognition_machine'),
    enrollMachineArn: named('enrolment_machine'),
    deadLetterQueueUrls: [
      named('recognition_dead_letters'),
      named('enrolment_dead_letters'),
      named('failures_dead_letters'),
    ].map((queueUrl) => url + new URL(queueUrl).pathname),
  };
}
