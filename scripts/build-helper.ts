import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { hashHelperSource, native } from './hash-helper-source.ts';
import { printProtocolHeader } from './print-protocol-header.ts';

/**
 * Writes native/protocol.h, compiles native/beside.c for every architecture that
 * devenv supports, and writes the programs to
 * src/adapters/overlay/helper/generated/, all part of the repository. Needs gcc
 * and its cross compiler (Debian: gcc-aarch64-linux-gnu, or
 * gcc-x86-64-linux-gnu on arm64).
 */
const root = resolve(import.meta.dirname, '..');
const source = join(native, 'beside.c');

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

writeFileSync(join(native, 'protocol.h'), printProtocolHeader());
const folder = mkdtempSync(join(tmpdir(), 'devenv-helper-'));
try {
  const built = Object.entries(compilers).map(([architecture, compiler]) => {
    const extra = architecture === 'arm64' ? ['-mno-outline-atomics'] : [];
    return { architecture, bytes: compile(compiler, folder, extra) };
  });
  const programs = built.map(({ architecture, bytes }) => `  ${architecture}: '${bytes.toString('base64')}',\n`);
  const sizes = built.map(({ architecture, bytes }) => `${architecture}: ${String(bytes.length)}`);
  const hash = hashHelperSource();
  const head = '// Made from native/ by `npm run helper`. Do not edit.\n';
  writeFileSync(
    join(root, 'src/adapters/overlay/helper/generated/helper-facts.ts'),
    `${head}/** sha256 of the sources in native/. */\nexport const source = '${hash}';\n\n` +
      `/** Bytes of each program. */\nexport const sizes: Readonly<Record<string, number>> = { ${sizes.join(', ')} };\n`,
  );
  writeFileSync(
    join(root, 'src/adapters/overlay/helper/generated/helper-programs.ts'),
    `${head}/** A static program for Linux by architecture, as images name it, in base64. */\n` +
      `export const programs: Readonly<Record<string, string>> = {\n${programs.join('')}};\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
