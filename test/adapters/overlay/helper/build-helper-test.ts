import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { native } from '../../../../scripts/hash-helper-source.ts';
import { installOnHost } from '../../../lab/install-on-host.ts';
import { cacheFolder } from '../../../lab/install.ts';
import { run } from '../../../lab/run.ts';

const flags = [
  ...['-std=gnu11', '-g', '-O1', '-Wall', '-Wextra', '-Werror', '-fno-omit-frame-pointer'],
  ...['-fno-sanitize-recover=all', `-I${join(native, 'test')}`],
];

const sanitizers = {
  sanitized: '-fsanitize=address,undefined',
  'fuzz-requests': '-fsanitize=fuzzer,address,undefined',
  'fuzz-trees': '-fsanitize=fuzzer,address,undefined',
};

/**
 * Compiles native/test/NAME.c, which includes the helper, with sanitizers, and
 * gives the path of the program. It stays in the cache until a source changes.
 */
export async function buildHelperTest(name: keyof typeof sanitizers): Promise<string> {
  const folder = join(cacheFolder, 'native');
  const program = join(folder, `${name}-${hashSources()}`);
  if (existsSync(program)) return program;
  await installOnHost([
    ['clang', 'clang'],
    ['libclang-rt-dev', '/usr/share/doc/libclang-rt-dev'],
  ]);
  mkdirSync(folder, { recursive: true });
  const temporary = `${program}.${String(process.pid)}`;
  await run('clang', [...flags, sanitizers[name], '-o', temporary, join(native, `test/${name}.c`)]);
  renameSync(temporary, program);
  return program;
}

function hashSources(): string {
  const hash = createHash('sha256').update(flags.join(' '));
  for (const folder of [native, join(native, 'test')]) {
    for (const name of readdirSync(folder).filter((each) => /\.[ch]$/.test(each)))
      hash.update(name).update(readFileSync(resolve(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
