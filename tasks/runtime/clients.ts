import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

/**
 * Calls to S3, DynamoDB and Step Functions are retried by the SDK, because that costs milliseconds. Calls to
 * Rekognition are retried by Step Functions alone, which waits with jitter while no function is billed.
 */
export const s3Client = () => new S3Client({ maxAttempts: 3 });
export const rekognitionClient = () => new RekognitionClient({ maxAttempts: 1 });
export const stepFunctionsClient = () => new SFNClient({ maxAttempts: 3 });
