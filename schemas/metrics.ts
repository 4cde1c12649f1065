/** Every metric that the tasks emit, in the CloudWatch namespace `Rollcall`. Dashboard and alarms use only these. */
export const METRICS = [
  'PhotosCompleted',
  'PhotosWithoutFaces',
  'PhotosRejected',
  'FacesDetected',
  'FacesMatched',
  'FacesUnknown',
  'FacesUnsearchable',
  'RekognitionCalls',
  'RekognitionThrottles',
  'PeopleEnrolled',
  'EnrolmentsRefused',
  'ExecutionsFailed',
  'ExecutionsRunning',
  'OldestPhotoSeconds',
] as const;
export type MetricName = (typeof METRICS)[number];
