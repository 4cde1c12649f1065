import { Reader } from './reader.ts';

/** Decompresses: https://github.com/google/snappy/blob/main/format_description.txt */
export function unsnap(compressed: Buffer): Buffer {
  const reader = new Reader(compressed);
  const out = Buffer.alloc(reader.number());
  let end = 0;
  while (!reader.done) {
    const tag = reader.bytes(1).readUInt8();
    const [kind, size] = [tag & 3, tag >>> 2];
    if (kind === 0) {
      const length = size < 60 ? size + 1 : reader.bytes(size - 59).readUIntLE(0, size - 59) + 1;
      end += reader.bytes(length).copy(out, end);
      continue;
    }
    const length = kind === 1 ? (size & 7) + 4 : size + 1;
    const back = kind === 1 ? (tag >>> 5) * 256 + reader.bytes(1).readUInt8() : littleEndian(reader, kind);
    // Byte by byte, because a copy may overlap what it writes.
    for (let last = end + length; end < last; end += 1) out[end] = out[end - back] ?? 0;
  }
  return out;
}

const littleEndian = (reader: Reader, kind: number) =>
  kind === 2 ? reader.bytes(2).readUInt16LE() : reader.bytes(4).readUInt32LE();
