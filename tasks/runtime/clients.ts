import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { RETRIED_BY_SDK, RETRIED_BY_STEP_FUNCTIONS } from './client-settings.ts';

export const s3Client = () => new S3Client(RETRIED_BY_SDK);
export const rekognitionClient = () => new RekognitionClient(RETRIED_BY_STEP_FUNCTIONS);
export const stepFunctionsClient = () => new SFNClient(RETRIED_BY_SDK);
export const sqsClient = () => new SQSClient(RETRIED_BY_SDK);
