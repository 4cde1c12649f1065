/** Counts what was tried, and keeps what should not have happened. */
export class Attempts {
  count = 0;
  readonly gotIn: string[] = [];
  readonly damaged: string[] = [];

  /** `knock` says whether the request was served. */
  async door(name: string, knock: () => Promise<boolean>): Promise<void> {
    this.count += 1;
    if (await knock()) this.gotIn.push(name);
  }

  /** `blow` says what is wrong afterwards. */
  async harm(name: string, blow: () => Promise<string | undefined>): Promise<void> {
    this.count += 1;
    const wrong = await blow().catch((error: unknown) => String(error));
    if (wrong !== undefined) this.damaged.push(`${name}: ${wrong}`);
  }
}
