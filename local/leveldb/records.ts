import { hasChecksum } from './reader.ts';

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
/** Types of a record's parts. 0 fills space that was reserved and never written. */
const [UNWRITTEN, FULL, FIRST, , LAST] = [0, 1, 2, 3, 4];

/**
 * The records of a write-ahead log or MANIFEST: https://github.com/google/leveldb/blob/main/doc/log_format.md. A record
 * that is cut off by the end of the file was being written when the machine stopped, and counts as never written.
 */
export function readRecords(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let start = 0; start < file.length; start += BLOCK_BYTES) {
    const block = file.subarray(start, start + BLOCK_BYTES);
    let offset = 0;
    while (offset + HEADER_BYTES <= block.length) {
      const length = block.readUInt16LE(offset + 4);
      const type = block[offset + 6];
      const end = offset + HEADER_BYTES + length;
      if (type === UNWRITTEN && length === 0) break;
      if (end > block.length) {
        if (block.length === BLOCK_BYTES) throw new Error('a record has a wrong length');
        return records;
      }
      if (!hasChecksum(block.subarray(offset + 6, end), block.readUInt32LE(offset))) {
        throw new Error('a record does not match its checksum');
      }
      if (type === FULL || type === FIRST) parts = [];
      parts.push(block.subarray(offset + HEADER_BYTES, end));
      if (type === FULL || type === LAST) records.push(Buffer.concat(parts));
      offset = end;
    }
  }
  return records;
}
