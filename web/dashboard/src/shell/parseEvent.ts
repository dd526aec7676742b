/** What the live endpoints answer. */

export interface Changes {
  cursor: string;
  nouns: string[];
}

/** The data of one server-sent event; null for comments and what cannot be read. */
export function parseEvent(text: string): Changes | null {
  const data = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n');
  try {
    const changes = JSON.parse(data) as Changes;
    return typeof changes.cursor === 'string' && Array.isArray(changes.nouns) ? changes : null;
  } catch {
    return null;
  }
}
