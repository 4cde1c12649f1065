import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** In the order in which a request's headers are searched. */
export const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export interface Checksum {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export function checksum(algorithm: Algorithm): Checksum {
  switch (algorithm) {
    case 'crc32':
      return crc32Checksum();
    case 'crc32c':
      return crc32cChecksum();
    case 'crc64nvme':
      return crc64Checksum();
    default:
      return createHash(algorithm);
  }
}

export function checksumOf(algorithm: Algorithm, bytes: Uint8Array): Buffer {
  const sum = checksum(algorithm);
  sum.update(bytes);
  return sum.digest();
}

function crc32Checksum(): Checksum {
  let value = 0;
  return {
    update: (bytes) => (value = crc32(bytes, value)),
    digest: () => bigEndian(value),
  };
}

/** CRC-32/ISCSI, reflected polynomial 0x82F63B78. */
function crc32cChecksum(): Checksum {
  let value = -1;
  return {
    update: (bytes) => (value = crc32c(bytes, value)),
    digest: () => bigEndian(~value >>> 0),
  };
}

/** Eight bytes at once, with a table for each: more than twice as fast as one by one. All numbers are 32-bit integers. */
function crc32c(bytes: Uint8Array, before: number): number {
  let value = before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low = value ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    value =
      C7[low & 0xff]! ^
      C6[(low >>> 8) & 0xff]! ^
      C5[(low >>> 16) & 0xff]! ^
      C4[low >>> 24]! ^
      C3[bytes[at + 4]!]! ^
      C2[bytes[at + 5]!]! ^
      C1[bytes[at + 6]!]! ^
      C0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at += 1) value = C0[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8);
  return value;
}

/** CRC-64/NVME, reflected polynomial 0x9A6C9329AC4BC9B5, as two 32-bit halves: BigInt is twenty times slower. */
function crc64Checksum(): Checksum {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (CRC64.low[index] ?? 0);
        high = (high >>> 8) ^ (CRC64.high[index] ?? 0);
      }
    },
    digest: () => Buffer.concat([bigEndian(~high >>> 0), bigEndian(~low >>> 0)]),
  };
}

/** Each table is for a byte that one more byte follows than in the table before it. */
const C0 = Int32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});
const followed = (table: Int32Array) => table.map((value) => C0[value & 0xff]! ^ (value >>> 8));
const C1 = followed(C0);
const C2 = followed(C1);
const C3 = followed(C2);
const C4 = followed(C3);
const C5 = followed(C4);
const C6 = followed(C5);
const C7 = followed(C6);

const CRC64 = (() => {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let index = 0; index < 256; index++) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    high[index] = Number(value >> 32n);
    low[index] = Number(value & 0xffffffffn);
  }
  return { high, low };
})();

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
