export interface Named {
  code: string;
  name: string;
}

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N} ]/gu, '')
    .toLowerCase()
    .trim();

/** "State Bank of India" is asked for as SBI. */
const initials = (name: string) =>
  plain(name)
    .split(/\s+/)
    .map((word) => word[0])
    .join('');

/** How well a bank is what was typed: 0 is best; undefined: it is not. */
function rank({ code, name }: Named, typed: string): number | undefined {
  const words = plain(name).split(/\s+/);
  const short = initials(name);
  const alone = typed.replaceAll(' ', '');
  if (plain(name).startsWith(typed) || plain(code).startsWith(alone)) return 0;
  // Those who abbreviate leave "of" and "and" out, or do not.
  const content = words.filter((word) => word !== 'of' && word !== 'and').map((word) => word[0]);
  if (alone.length > 1 && (short.startsWith(alone) || content.join('').startsWith(alone))) return 1;
  const asked = typed.split(/\s+/);
  return asked.every((one) => words.some((word) => word.startsWith(one))) ? 2 : undefined;
}

/** Those that were asked for, the best first and else in the order in which they are given. */
export function find(all: Named[], text: string): Named[] {
  const typed = plain(text);
  if (!typed) return all;
  return all
    .map((one) => ({ one, rank: rank(one, typed) }))
    .filter((found): found is { one: Named; rank: number } => found.rank !== undefined)
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}
