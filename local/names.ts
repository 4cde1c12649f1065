/** What a command line or a test needs to know of a running account: the outputs of its stack. */
export interface Names {
  readonly bucket: string;
  readonly resultsTable: string;
  readonly peopleTable: string;
  readonly collectionId: string;
  readonly recognitionMachineArn: string;
  readonly enrollMachineArn: string;
  readonly deadLetterQueueUrls: readonly string[];
  /** Of every task. */
  readonly functionArns: readonly string[];
}

export function namesOf(outputs: Readonly<Record<string, string>>): Names {
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
    ],
    functionArns: named('functions').split(' '),
  };
}
