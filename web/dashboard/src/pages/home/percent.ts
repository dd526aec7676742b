/** `97.4%`, `100%`: never rounded up to what it is not. */
export function percent(share: number): string {
  const value = Math.floor(share * 1000) / 10;
  return `${Number.isInteger(value) ? value : value.toFixed(1)}%`;
}
