/** `97.4%`, `100%`: never rounded up to what it is not. */
export function percent(share: number): string {
  const value = Math.floor(share * 1000) / 10;
  return `${Number.isInteger(value) ? value : value.toFixed(1)}%`;
}

/** The change from one figure to the next: `+12%`, `−3.4%`, `±0%`. */
export function compared(now: number, then: number): string {
  const tenths = Math.round(((now - then) / then) * 1000) / 10;
  if (now === then) return '±0%';
  // A change is never shown as none.
  const size = Math.max(Math.abs(tenths), 0.1);
  const text = size >= 10 ? new Intl.NumberFormat('en-US').format(Math.round(size)) : String(size);
  return `${now > then ? '+' : '−'}${text}%`;
}
