import { BYTES_PER_VECTOR } from './layout.ts';
import type { VectorIndex } from './vector-index.ts';

/** Slots whose ids and vectors are saved together: a million vectors are read back as 15,625 values. */
export const SLOTS_PER_PAGE = 64;

/** A face id is a UUID in text. */
const BYTES_PER_ID = 36;
const IDS_BYTES = SLOTS_PER_PAGE * BYTES_PER_ID;
const PAGE_BYTES = IDS_BYTES + SLOTS_PER_PAGE * BYTES_PER_VECTOR;

/** What a slot holds after a change. Undefined: it is free. */
export type SlotChange = { readonly id: string; readonly vector: Float32Array } | undefined;

/** The pages that a change of slots touches, as they are saved: all ids, then all vectors. A free slot is zeros. */
export function changedPages(index: VectorIndex, changes: ReadonlyMap<number, SlotChange>): Map<number, Buffer> {
  const pages = new Map<number, Buffer>();
  for (const changed of changes.keys()) {
    const page = Math.floor(changed / SLOTS_PER_PAGE);
    if (pages.has(page)) continue;
    const bytes = Buffer.alloc(PAGE_BYTES);
    for (let i = 0; i < SLOTS_PER_PAGE; i++) {
      const slot = page * SLOTS_PER_PAGE + i;
      const held = changes.has(slot) ? changes.get(slot) : slotOf(index, slot);
      if (!held) continue;
      bytes.write(held.id, i * BYTES_PER_ID, BYTES_PER_ID, 'latin1');
      const { buffer, byteOffset, byteLength } = held.vector;
      Buffer.from(buffer, byteOffset, byteLength).copy(bytes, IDS_BYTES + i * BYTES_PER_VECTOR);
    }
    pages.set(page, bytes);
  }
  return pages;
}

function slotOf(index: VectorIndex, slot: number): SlotChange {
  const id = index.idAt(slot);
  return id === undefined ? undefined : { id, vector: index.get(id)! };
}

/** Fills the index's next slots from a saved page. Pages are read in their order. */
export function loadPage(index: VectorIndex, page: Buffer): void {
  const text = page.toString('latin1', 0, IDS_BYTES);
  const ids = Array.from({ length: SLOTS_PER_PAGE }, (_, i) => {
    const id = text.slice(i * BYTES_PER_ID, (i + 1) * BYTES_PER_ID);
    return id.startsWith('\0') ? undefined : id;
  });
  index.load(ids, page.subarray(IDS_BYTES));
}
