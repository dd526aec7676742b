import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Relative imports of a module, of types too, as paths under the package's folder. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^;]*?'(\.[^']*)\.js'/gm)].map(([, to = '']) => {
    const target = join(dirname(path), to);
    return modules.includes(`${target}.ts`) ? `${target}.ts` : `${target}.tsx`;
  });
}

const modules = ['src', 'demo'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name)),
);

it('no module imports itself by way of others', () => {
  const graph = new Map(modules.map((path) => [path, importsOf(path)]));
  expect(graph.get('src/screens/own.ts')).toContain('src/screens/form.tsx');
  const done = new Set<string>();
  const follow = (path: string, way: string[]): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const next of graph.get(path) ?? []) {
      const circle = follow(next, [...way, path]);
      if (circle) return circle;
    }
    done.add(path);
    return undefined;
  };
  expect(modules.map((path) => follow(path, [])).filter(Boolean)).toEqual([]);
});
