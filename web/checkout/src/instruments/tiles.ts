import { el } from './dom.js';
import type { Named } from './find.js';

/** One radio for each: the browser gives one tab stop and the arrow keys. */
export function tiles(group: string, label: string, all: Named[], choose: (code: string) => void) {
  const inputs = new Map<string, HTMLInputElement>();
  const box = el('fieldset', { class: 'tiles', 'data-test-id': `${group}-tiles` }, el('legend', {}, label));
  for (const { code, name } of all) {
    const input = el('input', { type: 'radio', name: group, value: code, 'data-retry-focus': !inputs.size });
    input.addEventListener('change', () => choose(code));
    inputs.set(code, input);
    const face = el('span', { class: 'method-face' }, name);
    box.append(el('label', { class: 'method', 'data-test-id': `${group}-${code}` }, input, face));
  }
  /** The one that was chosen here or elsewhere; none of these, where it is another. */
  const show = (chosen: string | undefined) => {
    for (const [code, input] of inputs) input.checked = code === chosen;
  };
  return { box, show };
}
