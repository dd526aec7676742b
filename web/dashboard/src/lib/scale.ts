/** Where the lines of a chart's scale stand: whole numbers, at most four above zero, the last at or above `most`. */
export function scaleOf(most: number): number[] {
  const least = Math.max(1, most / 4);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = Math.max(1, [1, 2, 2.5, 5, 10].map((one) => one * power).find(isStep) ?? 10 * power);
  function isStep(one: number): boolean {
    return one >= least && Number.isInteger(one);
  }
  const lines = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: lines + 1 }, (_, index) => index * step);
}
