import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

/**
 * Who waits: a hiccup of S3 or DynamoDB is tried again within the call, for it costs milliseconds.
 * Rekognition is never: Step Functions waits, with jitter, and the function is not paid for waiting.
 */
export const s3 = () => new S3Client({ maxAttempts: 3 });
export const rekognition = () => new RekognitionClient({ maxAttempts: 1 });
export const stepFunctions = () => new SFNClient({ maxAttempts: 3 });
