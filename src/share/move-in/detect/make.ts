import { add, set, type Entry } from '../proposal.ts';
import type { ProjectFiles } from '../observe-project.ts';

const taskNames = ['test', 'build', 'lint', 'check', 'run'];

/** make, and the usual targets of a Makefile as tasks. */
export function detectMake(files: ProjectFiles): readonly Entry[] {
  const file = ['GNUmakefile', 'makefile', 'Makefile'].find((path) => files.text(path) !== undefined);
  if (file === undefined) return [];
  const text = files.text(file) ?? '';
  const targets = new Set([...text.matchAll(/^([a-z][\w-]{0,40})[ \t]*:(?![:=])/gm)].map(([, target = '']) => target));
  return [
    add(file, 'packages.apt', 'make'),
    ...taskNames.filter((name) => targets.has(name)).map((name) => set(file, `tasks.${name}`, `make ${name}`)),
  ];
}
