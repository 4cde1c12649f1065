/** How AWS limits calls: a bucket that holds `size` calls and is refilled by `perSecond`. Time in milliseconds. */
export class TokenBucket {
  readonly #size: number;
  readonly #perSecond: number;
  #tokens: number;
  #filled = -Infinity;

  constructor(size: number, perSecond: number) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#tokens = size;
  }

  /** Takes a token if there is one. */
  take(now: number): boolean {
    this.#fill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes a token, also one that comes later. Returns for how long to wait. */
  queue(now: number): number {
    this.#fill(now);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#perSecond) * 1000;
  }

  #fill(now: number): void {
    if (now <= this.#filled) return;
    const refill = this.#filled === -Infinity ? 0 : ((now - this.#filled) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#size, this.#tokens + refill);
    this.#filled = now;
  }
}
