import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCE = join(import.meta.dirname, '../src');

/** Every file of the source with those that it imports: for their code, their types, or later. */
function readImports(folder: string): Map<string, string[]> {
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name));
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(file, 'utf8');
      const named = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, name = '']) =>
        join(dirname(file), name),
      );
      const found = named.flatMap((name) => [`${name}.ts`, `${name}.tsx`].filter((one) => known.has(one)));
      return [file, found];
    }),
  );
}

/** The first circle of imports, as a path that ends where it begins; nothing if there is none. */
function findCircle(imports: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const walk = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of imports.get(file) ?? []) {
      const circle = walk(next, [...path, file]);
      if (circle.length) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = walk(file, []);
    if (circle.length) return circle;
  }
  return [];
}

describe('the files of the dashboard', () => {
  it('import each other without a circle', () => {
    const imports = readImports(SOURCE);
    expect(imports.get(join(SOURCE, 'main.tsx'))).toContain(join(SOURCE, 'router.tsx'));
    expect(findCircle(imports).map((file) => relative(SOURCE, file))).toEqual([]);
  });
  it('would be found in one', () => {
    const circle = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(findCircle(circle)).toEqual(['b', 'c', 'b']);
  });
});
