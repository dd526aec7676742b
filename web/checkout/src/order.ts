import type { Method } from './types.js';

const NAME = 'pgw:method';

/** As the shop offers them; on a phone UPI comes first, whose apps are there; and before all what was used last. */
export function ordered(offered: Method[], mobile: boolean, last?: Method): Method[] {
  const first = [last, mobile ? 'upi' : undefined];
  const rank = (method: Method) => (first.indexOf(method) + first.length + 1) % (first.length + 1);
  return [...offered].sort((a, b) => rank(a) - rank(b));
}

/** The method that this browser has last paid with, whichever shop that was. Nothing else is kept of it. */
export function lastUsed(): Method | undefined {
  try {
    return (localStorage.getItem(NAME) ?? undefined) as Method | undefined;
  } catch {
    return undefined;
  }
}

export function keepUsed(method: Method): void {
  try {
    localStorage.setItem(NAME, method);
  } catch {
    // A browser that keeps nothing starts anew each time.
  }
}
