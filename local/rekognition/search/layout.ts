import { DESCRIPTOR_LENGTH } from '../engine/types.ts';

export const BYTES_PER_VECTOR = DESCRIPTOR_LENGTH * Float32Array.BYTES_PER_ELEMENT;

/** WebAssembly's unit of memory. */
export const BYTES_PER_WASM_PAGE = 65_536;

/** Vectors begin after the first page, which the scan uses for the query and for what it finds. */
export const VECTORS_AT = BYTES_PER_WASM_PAGE;
