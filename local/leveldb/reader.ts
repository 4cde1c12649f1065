import { checksumOf } from '../s3/checksums.ts';

/** Reads LevelDB's numbers: https://github.com/google/leveldb/blob/main/doc/table_format.md */
export class Reader {
  #offset = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** A varint. Not BigInt: file numbers and sizes stay below 2^53. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw new Error('it ends within a number');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  bytes(length = this.number()): Buffer {
    const found = this.#bytes.subarray(this.#offset, this.#offset + length);
    if (found.length < length) throw new Error('it ends within a value');
    this.#offset += length;
    return found;
  }
}

/** LevelDB stores checksums rotated and shifted, because checksums of checksums are weak. */
export function hasChecksum(bytes: Buffer, masked: number): boolean {
  const sum = checksumOf('crc32c', bytes).readUInt32BE();
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0 === masked;
}
