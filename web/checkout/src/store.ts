/**
 * The idempotency key of a submit that may be on its way, and which payment is ours. Memory holds them while
 * the page lives, whatever becomes of the storage: that may be refused, full or emptied, and serves only to
 * bring them over a reload of this tab. Card data never comes near it.
 */
export class Store {
  readonly #memory = new Map<string, string | null>();

  constructor(private readonly orderId: string) {}

  #name(name: string): string {
    return `pgw:${this.orderId}:${name}`;
  }

  get(name: 'key' | 'payment'): string | null {
    const known = this.#memory.get(name);
    if (known !== undefined) return known;
    try {
      return sessionStorage.getItem(this.#name(name));
    } catch {
      return null;
    }
  }

  set(name: 'key' | 'payment', value: string | null): void {
    this.#memory.set(name, value);
    try {
      // First of all, so that a full storage does not keep the one before for the page after this one.
      sessionStorage.removeItem(this.#name(name));
      if (value !== null) sessionStorage.setItem(this.#name(name), value);
    } catch {
      // Only a reload would have needed it.
    }
  }

  /** The key of the form as it stands: made with it, kept before anything is sent. */
  idempotencyKey(): string {
    let key = this.get('key');
    if (!key) {
      key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
        byte.toString(16).padStart(2, '0'),
      ).join('');
      this.set('key', key);
    }
    return key;
  }
}
