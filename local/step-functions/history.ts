import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { del, put } from '../store.ts';
import { keysUnder, padNumber, type HistoryEvent, type Sublevels } from './sublevels.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Takes 1 ms for a photo's history, and leaves 3 KB of its 94. The default, 11, takes 100 times as long. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

export function eventKey(execution: string, id: number): string {
  return `${execution}/${padNumber(id, 5)}`;
}

/** The id of the latest event. 0 for an execution that succeeded, to whose history nothing is added. */
export async function readLastEventId(sublevels: Sublevels, execution: string): Promise<number> {
  const [latest] = await sublevels.history.keys({ ...keysUnder(execution), reverse: true, limit: 1 }).all();
  return latest === undefined ? 0 : Number(latest.slice(execution.length + 1));
}

/** Reads the events after the one with the id `from`, or backwards those before it. */
export async function readEvents(
  sublevels: Sublevels,
  execution: string,
  { from, reverse, limit }: { from?: number | undefined; reverse: boolean; limit: number },
): Promise<HistoryEvent[]> {
  const bound = from === undefined ? {} : { [reverse ? 'lt' : 'gt']: eventKey(execution, from) };
  const range = { ...keysUnder(execution), ...bound, reverse, limit };
  const events = await sublevels.history.values(range).all();
  if (events.length > 0) return events;
  // Read only now, because one batch puts it in the place of the events.
  const compressed = await sublevels.compressedHistories.get(execution);
  if (!compressed) return [];
  const all = JSON.parse((await decompress(compressed)).toString()) as HistoryEvent[];
  const wanted = all.filter(({ id }) => from === undefined || (reverse ? id < from : id > from));
  return (reverse ? wanted.toReversed() : wanted).slice(0, limit);
}

/**
 * Compresses the history of an execution that succeeded, which is most of what the store would hold. A process that is
 * killed before leaves the events as they are, and they can be read as well.
 */
export async function compressHistory(sublevels: Sublevels, execution: string): Promise<void> {
  const entries = await sublevels.history.iterator(keysUnder(execution)).all();
  const compressed = await compress(JSON.stringify(entries.map(([, event]) => event)), QUALITY);
  await sublevels.store.batch([
    put(sublevels.compressedHistories, execution, compressed),
    ...entries.map(([key]) => del(sublevels.history, key)),
  ]);
}
