/** Filters that are chosen from a few options. */

import type { Filters } from '../api/lists';
import { wordOf } from '../lib/states';

export interface Choice {
  name: string;
  label: string;
  /** `filters` are what an option sets where that is more than its value under the choice's name. */
  options: { value: string; label: string; filters?: Filters }[];
}

/** Options of states, by the words that lists and pages have for them. */
export const states = (values: string[]): Choice['options'] =>
  values.map((value) => ({ value, label: wordOf(value) }));

const filtersOf = (choice: Choice, option: Choice['options'][number]): Filters =>
  option.filters ?? { [choice.name]: option.value };

/** The names of all filters that a choice sets. */
export const namesOf = (choice: Choice): string[] => [
  ...new Set([choice.name, ...choice.options.flatMap((option) => Object.keys(filtersOf(choice, option)))]),
];

/** The option that is what the filters say. */
export function optionOf(choice: Choice, values: Filters): string {
  const matches = (option: Choice['options'][number]) => {
    const wanted = filtersOf(choice, option);
    return namesOf(choice).every((name) => (values[name] ?? '') === (wanted[name] ?? ''));
  };
  return choice.options.find(matches)?.value ?? '';
}

export function choose(choice: Choice, value: string): Filters {
  const option = choice.options.find((one) => one.value === value);
  const none = Object.fromEntries(namesOf(choice).map((name) => [name, undefined]));
  return option ? { ...none, ...filtersOf(choice, option) } : none;
}
