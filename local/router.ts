import type { RequestListener } from 'node:http';

/** One port for all services: the JSON ones are told apart by X-Amz-Target, all else is S3. */
export function router(handlers: {
  readonly rekognition: RequestListener;
  readonly dynamodb: RequestListener;
  readonly stepFunctions: RequestListener;
  readonly sqs: RequestListener;
  readonly events: RequestListener;
  readonly s3: RequestListener;
}): RequestListener {
  const byPrefix: Readonly<Record<string, RequestListener>> = {
    RekognitionService: handlers.rekognition,
    DynamoDB_20120810: handlers.dynamodb,
    AWSStepFunctions: handlers.stepFunctions,
    AmazonSQS: handlers.sqs,
    AWSEvents: handlers.events,
  };
  return (request, response) => {
    const prefix = String(request.headers['x-amz-target'] ?? '').split('.')[0] ?? '';
    const handler = Object.hasOwn(byPrefix, prefix) ? byPrefix[prefix] : undefined;
    (handler ?? handlers.s3)(request, response);
  };
}
