import { hasChecksum, Reader } from './reader.ts';
import { unsnap } from './snappy.ts';

const FOOTER_BYTES = 48;
/** Type of compression, and checksum. */
const TRAILER_BYTES = 5;
const MAGIC = 'db4775248b80fb57';

/** Checks every block of a table: https://github.com/google/leveldb/blob/main/doc/table_format.md */
export function checkTable(file: Buffer): void {
  const footer = file.subarray(-FOOTER_BYTES);
  if (footer.length < FOOTER_BYTES || footer.readBigUInt64LE(40).toString(16) !== MAGIC) {
    throw new Error('it does not end as a table ends');
  }
  const handles = new Reader(footer);
  readBlock(file, handles);
  const index = new Reader(entriesOf(readBlock(file, handles)));
  while (!index.done) {
    const [, keyBytes, valueBytes] = [index.number(), index.number(), index.number()];
    index.bytes(keyBytes);
    readBlock(file, new Reader(index.bytes(valueBytes)));
  }
}

/** Without the block's list of restart points, which is at its end: 4 bytes each, and 4 for their number. */
function entriesOf(block: Buffer): Buffer {
  const compressed = block.at(-1) === 1;
  const content = compressed ? unsnap(block.subarray(0, -1)) : block.subarray(0, -1);
  return content.subarray(0, content.length - 4 * (content.readUInt32LE(content.length - 4) + 1));
}

/** The block at the offset and of the size that come next, and its type of compression. */
function readBlock(file: Buffer, handle: Reader): Buffer {
  const [offset, size] = [handle.number(), handle.number()];
  const block = file.subarray(offset, offset + size + TRAILER_BYTES);
  if (block.length < size + TRAILER_BYTES) throw new Error('it is cut off');
  if (!hasChecksum(block.subarray(0, size + 1), block.readUInt32LE(size + 1))) {
    throw new Error('a block does not match its checksum');
  }
  return block.subarray(0, size + 1);
}
