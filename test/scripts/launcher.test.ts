import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../run-devenv.ts';

const platform = `linux-${process.arch}`;

/** A folder of packages with devenv in it, and the executable in `place`, if one is given. Returns the link that npm makes. */
function install(folder: string, place?: string): string {
  const own = join(folder, 'lib/node_modules/@teamvm/devenv');
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o755 });
  };
  put(join(own, 'bin/devenv.js'), 'console.log("node", ...process.argv.slice(2))');
  copyFileSync(resolve(import.meta.dirname, '../../bin/devenv'), join(own, 'bin/devenv'));
  if (place !== undefined) put(join(own, place, `devenv-${platform}/bin/devenv`), '#!/bin/sh\necho executable "$@"\n');
  mkdirSync(join(folder, 'bin'));
  symlinkSync('../lib/node_modules/@teamvm/devenv/bin/devenv', join(folder, 'bin/devenv'));
  return join(folder, 'bin/devenv');
}

it.each([
  ['inside of the package, where npm installs globally', 'node_modules/@teamvm'],
  ['beside the package, where npm installs in a project', '..'],
])('npm starts the executable %s', (_, place) => {
  using folder = makeFolder();
  const program = install(folder.path, place);
  expect(execFileSync(program, ['a b', '-c'], { encoding: 'utf8' })).toBe('executable a b -c\n');
});

it('npm starts Node without an executable for this machine', () => {
  using folder = makeFolder();
  expect(execFileSync(install(folder.path), ['a b', '-c'], { encoding: 'utf8' })).toBe('node a b -c\n');
});
