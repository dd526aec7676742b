import type { CheckoutEvent, EventMap } from './types.js';

type Listener<K extends keyof EventMap> = (data: EventMap[K]) => void;

/** Calls merchant code so that what it throws is reported, yet cannot break the checkout. */
export function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}

export class Emitter {
  readonly #listeners = new Map<keyof EventMap, Set<Listener<never>>>();

  on<K extends keyof EventMap>(name: K, listener: Listener<K>): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener));
    return () => this.off(name, listener);
  }

  off<K extends keyof EventMap>(name: K, listener: Listener<K>): void {
    this.#listeners.get(name)?.delete(listener);
  }

  emit<K extends keyof EventMap>(name: K, data: EventMap[K], tap?: (event: CheckoutEvent) => void): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      guarded(() => (listener as Listener<K>)(data));
    }
    if (tap) guarded(() => tap({ name, data } as CheckoutEvent));
  }
}
