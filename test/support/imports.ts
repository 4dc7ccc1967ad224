import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface Import {
  file: string;
  /** Path from the root for our own files, otherwise the package or `node:` name. */
  target: string;
  typeOnly: boolean;
}

/** What a file imports, as text: statements at the beginning of a line, as Biome writes them. */
export const importsOf = (file: string): Import[] => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const statements = source.matchAll(/^(?:import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?'([^']+)'/gms);
  return [...statements].map(([, typeWord, names = '', specifier = '']) => ({
    file,
    target: specifier.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), specifier)) : specifier,
    // `import { type A, type B }` imports nothing at run time either.
    typeOnly: Boolean(typeWord) || /^\{(\s*type\s+\w+\s*,?)+\s*\}/.test(names.trim()),
  }));
};

export const isPackage = (target: string): boolean =>
  !/^(src|services|local|scripts|test|bench|chaos)\/|^worker\.ts/.test(target);
