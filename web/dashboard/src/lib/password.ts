/** A new password, as the API counts it. */

const SHORTEST = 10;

/** Characters, not UTF-16 units, of the text that the API keeps: an emoji is one, `e` with an accent is one. */
export const isLongEnough = (password: string): boolean => [...password.normalize('NFC')].length >= SHORTEST;
