type Kept = 'key' | 'payment' | 'open';

/**
 * The idempotency key of a submit that may be on its way, which payment is ours, and which one's form at a
 * processor the shopper has just asked for (`open`). Memory holds them while the page lives, whatever becomes of
 * the storage: that may be refused, full or emptied, and serves only to bring them over a reload of this tab. A
 * frame on another site often has none, but its entry of the history lives through a reload. Card data never comes
 * near either.
 */
export class Store {
  readonly #memory = new Map<string, string | null>();

  constructor(private readonly orderId: string) {}

  #name(name: string): string {
    return `pgw:${this.orderId}:${name}`;
  }

  get(name: Kept): string | null {
    const known = this.#memory.get(name);
    if (known !== undefined) return known;
    try {
      const kept = sessionStorage.getItem(this.#name(name));
      if (kept !== null) return kept;
    } catch {
      // Refused.
    }
    return globalThis.history?.state?.[this.#name(name)] ?? null;
  }

  set(name: Kept, value: string | null): void {
    this.#memory.set(name, value);
    try {
      // First of all, so that a full storage does not keep the one before for the page after this one.
      sessionStorage.removeItem(this.#name(name));
      if (value !== null) sessionStorage.setItem(this.#name(name), value);
    } catch {
      // Only a reload would have needed it.
    }
    globalThis.history?.replaceState({ ...history.state, [this.#name(name)]: value }, '');
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
