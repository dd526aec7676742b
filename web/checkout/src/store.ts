/**
 * What survives a reload of this tab: the idempotency key of a submit that may be on its way, and which
 * payment is ours. Card data never comes near it. Where storage is refused, memory has to do.
 */
export class Store {
  readonly #memory = new Map<string, string>();

  constructor(private readonly orderId: string) {}

  #name(name: string): string {
    return `pgw:${this.orderId}:${name}`;
  }

  get(name: 'key' | 'payment'): string | null {
    try {
      return sessionStorage.getItem(this.#name(name));
    } catch {
      return this.#memory.get(name) ?? null;
    }
  }

  set(name: 'key' | 'payment', value: string | null): void {
    try {
      if (value === null) sessionStorage.removeItem(this.#name(name));
      else sessionStorage.setItem(this.#name(name), value);
    } catch {
      if (value === null) this.#memory.delete(name);
      else this.#memory.set(name, value);
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
