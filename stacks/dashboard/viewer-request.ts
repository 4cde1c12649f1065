import { PATH_HEADER } from '../../schemas/dashboard.ts';

/**
 * What CloudFront does with each request, in its own JavaScript. Every path that is no file of the page is a place in
 * it. The API is told the path as it was asked for, because an HTTP API decodes it.
 */
export const VIEWER_REQUEST = `function handler(event) {
  var request = event.request;
  if (request.uri.startsWith('/api/')) {
    request.headers['${PATH_HEADER}'] = { value: request.uri };
  } else if (!request.uri.startsWith('/assets/') && !/^\\/[^/]+\\.[a-z]+$/.test(request.uri)) {
    request.uri = '/index.html';
  }
  return request;
}
`;
