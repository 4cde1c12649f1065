import { Stream } from 'node:stream';

/** What is read of a range at once, in bytes: most answers need no more. */
const AHEAD_BYTES = 128 * 1024;
const ROWS = 1000;

export interface ValueIterator {
  nextv(size: number): Promise<object[]>;
  close(): Promise<void>;
}

/**
 * The values of a range as events, many of which come with one read. A Readable takes several promises and events for
 * each value, which is most of the time of a query.
 */
export class ValueStream extends Stream {
  #destroyed = false;

  constructor(open: (options: { highWaterMarkBytes: number }) => ValueIterator) {
    super();
    void this.#run(open({ highWaterMarkBytes: AHEAD_BYTES }));
  }

  /** No more values come. */
  destroy(): void {
    this.#destroyed = true;
  }

  async #run(iterator: ValueIterator): Promise<void> {
    try {
      while (!this.#destroyed) {
        const values = await iterator.nextv(ROWS);
        if (values.length === 0) break;
        for (const value of values) {
          if (this.#destroyed) break;
          this.emit('data', value);
        }
      }
    } catch (error) {
      this.emit('error', error);
      return;
    } finally {
      await iterator.close();
    }
    if (!this.#destroyed) this.emit('end');
  }
}
