import { banks, popular, test, wallets } from '../generated/instruments.json';
import { el } from './dom.js';
import type { Named } from './find.js';
import { search } from './search.js';
import { tiles } from './tiles.js';
import type { Instruments, Wish } from './wish.js';

const NAMES: Record<string, string> = { ...banks, ...wallets };
const TESTS: Record<string, string> = test;

const named = (codes: string[]): Named[] => codes.map((code) => ({ code, name: NAMES[code] ?? code }));

interface Part {
  box: HTMLElement;
  show(code: string | undefined): void;
}

/** What only the test bank has: one click each, as its cards. */
function drawer(title: string, codes: string[], choose: (code: string) => void): Part {
  const buttons = codes.map((code) => {
    const button = el(
      'button',
      { type: 'button', 'aria-pressed': 'false', 'data-test-id': `test-${code}` },
      el('bdi', {}, code),
      el('span', {}, TESTS[code] ?? ''),
    );
    button.addEventListener('click', () => choose(code));
    return button;
  });
  const items = buttons.map((button) => el('li', {}, button));
  const box = el(
    'details',
    { class: 'test-panel' },
    el('summary', {}, title),
    el('ul', { class: 'test-cards' }, ...items),
  );
  return {
    box,
    show(chosen) {
      for (const [at, button] of buttons.entries()) {
        button.setAttribute('aria-pressed', String(codes[at] === chosen));
      }
    },
  };
}

/** Draws the banks or the wallets of `wish` into `root`, and tells each choice. */
function mount(root: HTMLElement, wish: Wish): () => void {
  const real = named(wish.codes.filter((code) => !(code in TESTS)));
  const trials = wish.codes.filter((code) => code in TESTS);
  const parts: Part[] = [];
  const choose = (code: string | undefined) => {
    for (const part of parts) part.show(code);
    wish.choose(code);
  };
  if (wish.method === 'wallet') parts.push(tiles('wallet', wish.t('wallet_choose'), real, choose));
  else {
    const known = popular.filter((code) => wish.codes.includes(code));
    if (known.length) parts.push(tiles('bank', wish.t('bank_popular'), named(known), choose));
    const texts = {
      label: wish.t('bank_search'),
      none: wish.t('bank_none'),
      count: (found: number) => wish.t('bank_count', { count: found }),
    };
    const byName = [...real].sort((a, b) => a.name.localeCompare(b.name));
    parts.push(search(byName, texts, choose));
  }
  if (trials.length) {
    const title = wish.t(wish.method === 'wallet' ? 'test_wallets' : 'test_banks');
    parts.push(drawer(title, trials, choose));
  }
  root.replaceChildren(...parts.map(({ box }) => box));
  for (const part of parts) part.show(wish.chosen);
  return () => root.replaceChildren();
}

// Read by `load.ts`: the names of exports are no part of a minified bundle's contract otherwise.
export const instruments: Instruments = { mount, nameOf: (code) => NAMES[code] ?? code };
