import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signs addresses of pictures, which `<img>` asks for without a token. They are valid as long as the key is. */
export class Signer {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** The address with its signature. The version makes a browser ask again for what was replaced. */
  sign(path: string, query: Readonly<Record<string, string>>): string {
    const address = `${path}?${new URLSearchParams(query)}`;
    return `${address}&signature=${this.#signatureOf(address)}`;
  }

  isSigned(pathAndQuery: string): boolean {
    const [address = '', signature = '', ...more] = pathAndQuery.split('&signature=');
    const expected = Buffer.from(this.#signatureOf(address));
    const given = Buffer.from(signature);
    return more.length === 0 && given.length === expected.length && timingSafeEqual(given, expected);
  }

  #signatureOf(address: string): string {
    return createHmac('sha256', this.#key).update(address).digest('hex').slice(0, 40);
  }
}
