import { ServiceError } from '../aws-json.ts';

export const invalidParameter = (message: string) => new ServiceError('InvalidParameterException', message);

export const noFaces = () => invalidParameter('There are no faces in the image. Should be at least 1.');

export const faceNotInCollection = () => invalidParameter('faceId was not found in the collection');

export const notFound = (message: string) => new ServiceError('ResourceNotFoundException', message);

export const collectionNotFound = (id: string) => notFound(`The collection id: ${id} does not exist`);

export const userNotFound = (id: string) => notFound(`The user id: ${id} does not exist in the collection`);

export const quotaExceeded = (message: string) => new ServiceError('ServiceQuotaExceededException', message);

export const conflict = (message: string) => new ServiceError('ConflictException', message);

export const invalidFormat = () => new ServiceError('InvalidImageFormatException', 'Request has invalid image format');

export const imageTooLarge = (message: string) => new ServiceError('ImageTooLargeException', message);

export const invalidPage = () => new ServiceError('InvalidPaginationTokenException', 'Invalid NextToken');

export const tooManyBytes = (bytes: number, most: number) =>
  imageTooLarge(`Image size is too large: ${bytes} bytes, the limit is ${most}`);

export const unreadableObject = () =>
  new ServiceError(
    'InvalidS3ObjectException',
    'Unable to get object metadata from S3. Check object key, region and/or access permissions.',
  );
