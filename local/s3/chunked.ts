import { S3Error } from './errors.ts';

// A size line is `hex;chunk-signature=…`, a trailer `name:value`; neither comes near this.
const MAX_LINE_BYTES = 4096;

/**
 * Decodes S3's `aws-chunked` content encoding: signed or unsigned chunks, and the trailers after the last one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export async function* decodeChunks(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const reader = new LineReader(source);
  for (;;) {
    const line = await reader.line();
    const size = /^[0-9a-f]{1,12}(?=;|$)/i.exec(line)?.[0];
    if (size === undefined) throw incompleteBody();
    let remaining = Number.parseInt(size, 16);
    if (remaining === 0) break;
    while (remaining > 0) {
      const bytes = await reader.upTo(remaining);
      remaining -= bytes.length;
      yield bytes;
    }
    if ((await reader.line()) !== '') throw incompleteBody();
  }
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon === -1) throw incompleteBody();
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

class LineReader {
  readonly #source: AsyncIterator<Buffer>;
  #buffered: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    for (;;) {
      const end = this.#buffered.indexOf('\r\n');
      if (end !== -1) {
        const line = this.#buffered.toString('latin1', 0, end);
        this.#buffered = this.#buffered.subarray(end + 2);
        return line;
      }
      if (this.#buffered.length > MAX_LINE_BYTES) throw incompleteBody();
      this.#buffered = Buffer.concat([this.#buffered, await this.#next()]);
    }
  }

  /** At least one byte, at most `limit`. */
  async upTo(limit: number): Promise<Buffer> {
    if (this.#buffered.length === 0) this.#buffered = await this.#next();
    const bytes = this.#buffered.subarray(0, limit);
    this.#buffered = this.#buffered.subarray(bytes.length);
    return bytes;
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#source.next();
    if (done) throw incompleteBody();
    return value;
  }
}

function incompleteBody(): S3Error {
  return new S3Error('IncompleteBody', 'The request body terminated unexpectedly');
}
