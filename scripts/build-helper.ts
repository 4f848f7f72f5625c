import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Compiles native/beside.c for every architecture that engines run on here, and
 * writes the programs as src/adapters/overlay/helper/generated/helper-programs.ts. Needs gcc and
 * its cross compilers (Debian: gcc-aarch64-linux-gnu, or gcc-x86-64-linux-gnu);
 * nobody else does, since the result is part of the repository.
 */
const root = resolve(import.meta.dirname, '..');
const source = join(root, 'native/beside.c');

const compilers = { amd64: 'x86_64-linux-gnu-gcc', arm64: 'aarch64-linux-gnu-gcc' };
const flags = [
  ...['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror'],
  ...['-ffreestanding', '-fno-builtin', '-fno-tree-loop-distribute-patterns', '-fno-stack-protector'],
  ...['-fno-asynchronous-unwind-tables', '-fno-pic', '-no-pie', '-nostdlib', '-static', '-s'],
  ...['-Wl,--build-id=none', '-Wl,-z,noseparate-code'],
];

function compile(compiler: string, folder: string, extra: readonly string[]): Buffer {
  const program = join(folder, compiler);
  execFileSync(compiler, [...flags, ...extra, '-o', program, source], { stdio: 'inherit' });
  return readFileSync(program);
}

const folder = mkdtempSync(join(tmpdir(), 'devenv-helper-'));
try {
  const built = Object.entries(compilers).map(([architecture, compiler]) => {
    const extra = architecture === 'arm64' ? ['-mno-outline-atomics'] : [];
    return { architecture, bytes: compile(compiler, folder, extra) };
  });
  const programs = built.map(({ architecture, bytes }) => `  ${architecture}: '${bytes.toString('base64')}',\n`);
  const sizes = built.map(({ architecture, bytes }) => `${architecture}: ${String(bytes.length)}`);
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex');
  const head = '// Made of native/beside.c by `npm run helper`. Do not edit.\n';
  writeFileSync(
    join(root, 'src/adapters/overlay/helper/generated/helper-facts.ts'),
    `${head}/** sha256 of native/beside.c. */\nexport const source = '${hash}';\n\n` +
      `/** Bytes of each program. */\nexport const sizes: Readonly<Record<string, number>> = { ${sizes.join(', ')} };\n`,
  );
  writeFileSync(
    join(root, 'src/adapters/overlay/helper/generated/helper-programs.ts'),
    `${head}/** By architecture, as images name it: a static program for Linux, in base64. */\n` +
      `export const programs: Readonly<Record<string, string>> = {\n${programs.join('')}};\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
