/** A decimal digit of any script in ASCII: Unicode lays each script's ten out in a row that begins with its zero. */
function asciiDigit(digit: string): string {
  const plain = digit.normalize('NFKC');
  if (plain < ':') return plain;
  const point = digit.codePointAt(0) as number;
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((point - zero) % 10);
}

const asciiDigits = (text: string): string => text.replace(/\p{Nd}/gu, asciiDigit);

/** The digits of a text in ASCII, whatever keyboard they are from; all else is left out. */
export const digitsOf = (text: string): string => asciiDigits(text).replace(/\D/g, '');

/**
 * What a shopper sees of a text: digits and full-width signs in ASCII, without the marks that nobody sees but
 * copying brings along (zero-width, direction, byte order).
 */
export const visible = (text: string): string => asciiDigits(text.replace(/\p{DI}/gu, '')).normalize('NFKC');
