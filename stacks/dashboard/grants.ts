import { index, read, readVersions, seek, write, type ResourceArns } from '../grants.ts';
import { allow, type Statement } from '../policy.ts';

/** Exactly the calls that the API makes for any role, and those that its presigned addresses stand for. */
export const apiGrants = (of: ResourceArns): Statement[] => {
  const { bucket, results, people, decisions, collection } = of;
  return [
    allow(['dynamodb:BatchGetItem'], [results]),
    allow(['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], [results, people]),
    allow(['dynamodb:PutItem'], [people]),
    allow(
      ['dynamodb:Query'],
      [
        ...(['by-day', 'by-failure', 'by-person', 'by-status'] as const).map((name) => index(results, name)),
        ...['by-failure', 'by-status'].map((name) => `${people}/index/${name}`),
        decisions,
        `${decisions}/index/by-batch`,
      ],
    ),
    readVersions(bucket, 'input', 'enroll'),
    read(bucket, 'faces', 'processed', 'work', 'groups', 'receipts'),
    seek(bucket, 'input', 'enroll', 'faces', 'processed', 'work', 'groups'),
    ...(['input', 'enroll', 'work'] as const).map((prefix) => write(bucket, prefix)),
    allow(['states:StartExecution'], [...of.machines, ...of.askedMachines]),
    allow(['states:DescribeStateMachine'], of.machines),
    allow(['states:ListExecutions'], of.allMachines),
    allow(
      [
        'states:DescribeExecution',
        'states:DescribeStateMachineForExecution',
        'states:GetExecutionHistory',
        'states:RedriveExecution',
      ],
      of.allExecutions,
    ),
    allow(['rekognition:ListFaces', 'rekognition:SearchFaces', 'rekognition:SearchFacesByImage'], [collection]),
    allow(['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage'], of.deadLetters),
  ];
};
