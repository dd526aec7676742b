/** Code that is fetched when it is first needed, and why it may not come. */

/** `offline`: nothing answers. `released`: the server has another build. `broken`: neither of them. */
export type Hindrance = 'offline' | 'released' | 'broken';

/** Code that could not be fetched. What is loaded already goes on working. */
export class NotLoaded extends Error {
  constructor(readonly hindrance: Hindrance) {
    super('This part of the dashboard could not be loaded.');
    this.name = 'NotLoaded';
  }
}

/** The browsers' words for a module that did not arrive; they have no code for it. */
const MISSING = /dynamically imported module|importing a module script failed|unable to preload/i;

/** Where the files of parts that did not arrive are, as the browser has named them. */
const missed = new WeakMap<() => Promise<unknown>, string>();
let tries = 0;

/** What the import gives. Throws `NotLoaded` where the file did not arrive; a fault inside it stays what it is. */
export async function load<T>(part: () => Promise<T>): Promise<T> {
  const file = missed.get(part);
  try {
    return await (file ? again<T>(file) : part());
  } catch (error) {
    if (!(error instanceof Error && MISSING.test(error.message))) throw error;
    const named = /https?:[^\s?]+\.js/.exec(error.message)?.[0];
    if (named) missed.set(part, named);
    throw new NotLoaded(await findHindrance());
  }
}

/** Chromium asks once for a file of this name while the page lives, also where it did not arrive: so by another one. */
function again<T>(file: string): Promise<T> {
  tries += 1;
  return import(/* @vite-ignore */ `${file}?again=${tries}`);
}

/** Files of a build are named by their content: a page that names another entry is of another build. */
async function findHindrance(): Promise<Hindrance> {
  const entry = document.querySelector<HTMLScriptElement>('script[type=module][src]')?.getAttribute('src');
  try {
    const response = await fetch('/', { cache: 'no-store' });
    if (!response.ok) return 'offline';
    return !entry || (await response.text()).includes(entry) ? 'broken' : 'released';
  } catch {
    return 'offline';
  }
}
