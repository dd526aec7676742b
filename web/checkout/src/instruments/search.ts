import { el } from './dom.js';
import { find, type Named } from './find.js';

export interface SearchTexts {
  label: string;
  none: string;
  /** How many are left, for who does not see the list. */
  count(found: number): string;
}

const LIST = 'bank-list';

/**
 * A field that filters as one types: the editable combobox with a list of the ARIA Authoring Practices. The focus
 * stays in the field; arrows move in the list, Enter takes what they are on, Escape closes it.
 */
export function search(
  all: Named[],
  texts: SearchTexts,
  choose: (code: string | undefined) => void,
): { box: HTMLElement; show(chosen: string | undefined): void } {
  const input = el('input', {
    type: 'text',
    id: 'field-bank',
    name: 'bank-search',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': LIST,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    dir: 'auto',
    'data-test-id': 'bank-search',
  });
  const list = el('ul', {
    id: LIST,
    role: 'listbox',
    class: 'options',
    'aria-label': texts.label,
    hidden: true,
  });
  const status = el('p', { class: 'hidden', role: 'status' });
  const none = el('p', { class: 'quiet', hidden: true, 'data-test-id': 'bank-none' }, texts.none);
  let found: Named[] = [];
  let active = -1;
  let chosen: string | undefined;
  const nameOf = (code: string | undefined) => all.find((one) => one.code === code)?.name ?? '';

  function close(): void {
    list.hidden = true;
    none.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function take(code: string | undefined): void {
    chosen = code;
    choose(code);
  }

  function move(to: number): void {
    list.children[active]?.setAttribute('aria-selected', 'false');
    active = found.length ? (to + found.length) % found.length : -1;
    const option = list.children[active];
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
  }

  function open(text: string): void {
    found = find(all, text);
    active = -1;
    input.removeAttribute('aria-activedescendant');
    list.replaceChildren(
      ...found.map(({ code, name }) =>
        el('li', { role: 'option', id: `bank-${code}`, 'aria-selected': 'false', 'data-code': code }, name),
      ),
    );
    list.hidden = !found.length;
    none.hidden = found.length > 0;
    input.setAttribute('aria-expanded', String(found.length > 0));
    status.textContent = found.length ? texts.count(found.length) : texts.none;
  }

  function pick(code: string): void {
    input.value = nameOf(code);
    close();
    take(code);
  }

  input.addEventListener('input', (event) => {
    if ((event as InputEvent).isComposing) return;
    // What is typed anew is no choice yet.
    if (chosen !== undefined) take(undefined);
    open(input.value);
  });
  input.addEventListener('compositionend', () => open(input.value));
  // With a choice in it the whole list is of more use than the one that fits.
  input.addEventListener('click', () => list.hidden && open(chosen === undefined ? input.value : ''));
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const isOpen = !list.hidden;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) open(chosen === undefined ? input.value : '');
      move(event.key === 'ArrowDown' ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === 'Enter' && isOpen && active >= 0) {
      event.preventDefault();
      pick(found[active]?.code ?? '');
    } else if (event.key === 'Escape' && (isOpen || !none.hidden)) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener('blur', () => {
    const left = found[active]?.code ?? (!list.hidden && found.length === 1 ? found[0]?.code : undefined);
    const typed = input.value;
    close();
    if (left !== undefined && typed && chosen === undefined) pick(left);
  });
  // The focus stays in the field, or the list would close before the click.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option = (event.target as Element).closest('[role=option]');
    if (option) pick(option.getAttribute('data-code') ?? '');
  });

  const box = el(
    'div',
    { class: 'field' },
    el('label', { for: 'field-bank' }, texts.label),
    el('div', { class: 'box' }, input),
    list,
    none,
    status,
  );
  return {
    box,
    show(code) {
      if (code === chosen) return;
      chosen = code;
      if (code !== undefined) input.value = nameOf(code);
      close();
    },
  };
}
