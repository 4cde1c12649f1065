import { availableParallelism } from 'node:os';
import { readObject } from '../../../client/deployment/objects.ts';
import type { Target } from '../../../client/deployment/target.ts';
import { Turns } from '../../../client/turns.ts';
import { scale } from '../../../tasks/images/normalize.ts';
import type { Copies, Stored } from './copies.ts';

/** The longer sides of scaled copies, in pixels: for a grid, for a grid on a sharp screen, to look at, to look closely. */
export const SIZES = ['240', '480', '1080', '2160'] as const;
export type Size = (typeof SIZES)[number];
export const PORTRAIT_SIZE = '480' satisfies Size;

/** Scaled at the same time. Each holds a decoded photo, and one core is left to the browser and the face engine. */
const CONCURRENCY = Math.max(1, Math.min(2, availableParallelism() - 1));

/** A copy that is made, or waits for its turn, and who waits for it. */
interface Scaling {
  readonly waiting: (AbortSignal | undefined)[];
  readonly jpeg: Promise<Buffer>;
}

/** Scaled copies of photos, upright and without metadata such as the place. */
export class Pictures {
  readonly #target: Target;
  readonly #copies: Copies | undefined;
  readonly #underWay = new Map<string, Scaling>();
  readonly #turns = new Turns(CONCURRENCY);

  constructor(target: Target, copies?: Copies) {
    this.#target = target;
    this.#copies = copies;
  }

  /**
   * A JPEG. Throws an ImageError for what is no picture, NoSuchKey or NoSuchVersion for what is gone, and an AbortError
   * if nobody waits for it any more when its turn comes: who scrolls quickly leaves hundreds behind.
   */
  async scaled(photo: Stored, size: Size, whileWanted?: AbortSignal): Promise<Buffer> {
    const known = await this.#copies?.read(photo, size);
    if (known) return known;
    const name = `${photo.key} ${photo.version_id ?? photo.etag} ${size}`;
    const scaling = this.#underWay.get(name) ?? this.#begin(name, photo, size);
    scaling.waiting.push(whileWanted);
    return scaling.jpeg;
  }

  #begin(name: string, photo: Stored, size: Size): Scaling {
    const waiting: Scaling['waiting'] = [];
    const make = async () => {
      try {
        if (waiting.every((one) => one?.aborted)) throw new DOMException(`Nobody waits for ${name}.`, 'AbortError');
        return await this.#make(photo, size);
      } finally {
        // At once: nobody may join a copy that was left out.
        this.#underWay.delete(name);
      }
    };
    // Not before somebody waits for it.
    const jpeg = Promise.resolve().then(() => this.#turns.run(make));
    const scaling = { waiting, jpeg };
    this.#underWay.set(name, scaling);
    return scaling;
  }

  async #make(photo: Stored, size: Size): Promise<Buffer> {
    const jpeg = await this.#scale(photo, Number(size));
    // What cannot be kept is made again.
    await this.#copies?.write(photo, size, jpeg).catch(() => {});
    return jpeg;
  }

  async #scale({ key, version_id }: Stored, side: number): Promise<Buffer> {
    return scale(await readObject(this.#target, key, version_id), side, side > 480 ? 85 : 78);
  }
}
