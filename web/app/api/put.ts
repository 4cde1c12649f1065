import { authorization, Problem } from './client.ts';

/** Sends a file to the address that was given for it. fetch does not tell how much was sent. */
export const put = (file: File, url: string, headers: Record<string, string>, onSent?: (part: number) => void) =>
  new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    // The bucket's own addresses are signed, and refuse any other authorization.
    if (url.startsWith('/')) request.setRequestHeader('authorization', authorization());
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => onSent?.(loaded / total));
    const fail = () => reject(new Problem(request.status, 'Not uploaded', 'Try again: drop the file once more.'));
    request.addEventListener('error', fail);
    request.addEventListener('load', () => (request.status < 300 ? resolve() : fail()));
    request.send(file);
  });
