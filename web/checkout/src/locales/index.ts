import { en, type Messages } from './en.js';
import { hi } from './hi.js';

/**
 * Languages of the page. To add one, write `xx.ts` beside the others and name it here: the server sends
 * the texts of the chosen language with the page, so languages cost the browser nothing.
 */
const LANGUAGES: Record<string, Partial<Messages>> = { en, hi };

const RIGHT_TO_LEFT = /^(ar|fa|he|ur|ps|sd|ug|yi)\b/;

export interface Language {
  locale: string;
  dir: 'ltr' | 'rtl';
  messages: Messages;
}

/**
 * The first language of the wishes that the page has; the shop's `locale` comes before the browser's.
 * The direction is that of the texts that are shown: English is not laid out from the right for anybody.
 */
export function languageFor(wishes: string[]): Language {
  const bases = wishes.map((wish) => wish.toLowerCase().split('-')[0] ?? '');
  const locale = bases.find((base) => Object.hasOwn(LANGUAGES, base)) ?? 'en';
  const dir = RIGHT_TO_LEFT.test(locale) ? 'rtl' : 'ltr';
  return { locale, dir, messages: { ...en, ...LANGUAGES[locale] } };
}

/** `hi-IN,hi;q=0.9,en;q=0.8` in the order of its weights. */
export function readAcceptLanguage(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', weight] = part.trim().split(/;\s*q=/);
      return { tag, weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ tag, weight }) => /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(tag) && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
