import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDeb } from '../../scripts/executables/build-deb.ts';
import { checkMachine } from '../../scripts/executables/check-machine.ts';
import { dropSymbols } from '../../scripts/executables/drop-symbols.ts';
import { ElfProgram } from '../../scripts/executables/elf-program.ts';
import { fetchNode, nodeVersion, ownPlatform } from '../../scripts/executables/fetch-node.ts';
import { printTarball, printZip } from '../../scripts/executables/file-tree.ts';
import { entry } from '../../scripts/executables/list-files.ts';
import { buildExecutable } from './build-executable.ts';

const root = resolve(import.meta.dirname, '../..');
const out = mkdtempSync(join(tmpdir(), 'devenv-executables-'));
const platform = `linux-${process.arch}`;
const program = join(out, `devenv-${platform}`);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };

beforeAll(() => buildExecutable(out), 240_000);
afterAll(() => rmSync(out, { recursive: true }));

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

describe('the executable of this machine', () => {
  /** A file system with the executable, the libraries that it names, and nothing else. */
  function makeBareRoot(): string {
    const bare = join(out, 'bare');
    for (const folder of ['home', 'shop', 'tmp']) mkdirSync(join(bare, folder), { recursive: true });
    copyFileSync(program, join(bare, 'devenv'));
    const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(?:=> |^\s+)(\/\S+)/gm);
    for (const [, library = ''] of libraries) {
      mkdirSync(dirname(join(bare, library)), { recursive: true });
      copyFileSync(library, join(bare, library));
    }
    return bare;
  }

  it('runs on a system that has a C++ library and nothing else', () => {
    const bare = makeBareRoot();
    const inside = (...argv: string[]): string =>
      execFileSync('unshare', ['--map-root-user', `--root=${bare}`, '/devenv', ...argv], {
        encoding: 'utf8',
        env: { HOME: '/home' },
      });
    expect(inside('--version')).toBe(`@teamvm/devenv/${version} ${platform} node-v${nodeVersion}\n`);
    expect(inside('help')).toContain('Create and start the workspace');
    expect(JSON.parse(inside('config', 'schema'))).toHaveProperty('properties.base');
    inside('init', '-C', '/shop', '--template', 'minimal', '--yes');
    expect(readFileSync(join(bare, 'shop/devenv.yaml'), 'utf8')).toContain('name: shop');
  });

  it('needs no library that a slim image of Debian lacks', () => {
    const loaded = execFileSync('ldd', [program], { encoding: 'utf8' });
    expect(loaded).toContain('libstdc++.so.6');
    expect(loaded).not.toContain('libatomic');
  });

  it('ignores NODE_OPTIONS, which are for the Node of a project', () => {
    const env = { NODE_OPTIONS: '--require /nonexistent.js' };
    expect(execFileSync(program, ['--version'], { encoding: 'utf8', env })).toContain(version);
  });

  it('keeps compiled code as the npm package does', () => {
    const env = { HOME: '/nonexistent', XDG_CACHE_HOME: join(out, 'cache') };
    const run = (): string => execFileSync(program, ['config', 'schema'], { encoding: 'utf8', env });
    const first = run();
    const files = execFileSync('find', [join(out, 'cache'), '-type', 'f'], { encoding: 'utf8' });
    expect(files).toMatch(new RegExp(`/code/[0-9a-f]{16}-v${nodeVersion}-${process.arch}/config\n$`));
    expect(run()).toBe(first);
  });

  it('is the same to the byte when it is built again, and is in the list of hashes', () => {
    const again = join(out, 'again');
    buildExecutable(again);
    const hash = sha256(program);
    expect(sha256(join(again, `devenv-${platform}`))).toBe(hash);
    expect(readFileSync(join(out, 'SHA256SUMS'), 'utf8')).toContain(`${hash}  devenv-${platform}\n`);
  }, 240_000);
});

describe('archives', () => {
  const files = [
    entry('devenv/bin/devenv', '#!/bin/sh\necho started\n', 0o755),
    entry('devenv/LICENSE', 'MIT\n'.repeat(50)),
  ];

  it('are tars that keep modes and have one time', async () => {
    const bytes = await printTarball(files, 1_000_000_000);
    expect(await printTarball(files, 1_000_000_000)).toEqual(bytes);
    writeFileSync(join(out, 'a.tar.gz'), bytes);
    const listed = execFileSync('tar', ['--utc', '-tvzf', join(out, 'a.tar.gz')], { encoding: 'utf8' });
    expect(listed).toMatch(/^-rwxr-xr-x 0\/0 +23 2001-09-09 01:46 devenv\/bin\/devenv$/m);
    expect(listed).toMatch(/^-rw-r--r-- 0\/0 +200 2001-09-09 01:46 devenv\/LICENSE$/m);
  });

  it('are zips that unzip reads', () => {
    writeFileSync(join(out, 'a.zip'), printZip(files));
    execFileSync('unzip', ['-q', '-d', join(out, 'unzipped'), join(out, 'a.zip')]);
    expect(readFileSync(join(out, 'unzipped/devenv/LICENSE'), 'utf8')).toBe('MIT\n'.repeat(50));
    expect(execFileSync(join(out, 'unzipped/devenv/bin/devenv'), { encoding: 'utf8' })).toBe('started\n');
  });
});

describe('the Debian package', () => {
  it('holds the executable and its documents, the same to the byte', () => {
    const documents = ['LICENSE', 'NODE-LICENSE', 'THIRD-PARTY-NOTICES', 'sbom.cdx.json'].map((name) =>
      entry(name, name),
    );
    const packages = ['a.deb', 'b.deb'].map((name) => join(out, name));
    for (const path of packages) buildDeb('linux-arm64', Buffer.from('program'), documents, 1_000_000_000, path);
    const [first = '', second = ''] = packages;
    expect(sha256(first)).toBe(sha256(second));
    const listed = execFileSync('dpkg-deb', ['--contents', first], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    expect(listed).toMatch(/^-rwxr-xr-x root\/root +7 2001-09-09 01:46 \.\/usr\/bin\/devenv$/m);
    expect(listed).toMatch(/^-rw-r--r-- root\/root .* \.\/usr\/share\/doc\/teamvm-devenv\/NODE-LICENSE\.gz$/m);
    const field = (name: string): string => execFileSync('dpkg-deb', ['-f', first, name], { encoding: 'utf8' }).trim();
    expect([field('Architecture'), field('Version')]).toEqual(['arm64', version]);
    expect(field('Depends')).toBe('libc6 (>= 2.28), libgcc-s1, libstdc++6');
  });
});

describe('checkMachine', () => {
  /** The head of a Windows program for a processor. */
  function headOf(machine: number): Buffer {
    const head = Buffer.alloc(256);
    head.write('MZ');
    head.writeUInt32LE(128, 0x3c);
    head.write('PE', 128);
    head.writeUInt16LE(machine, 132);
    return head;
  }

  it('accepts a program for the platform, and no other', () => {
    checkMachine('windows-x64', headOf(0x8664));
    expect(() => checkMachine('windows-x64', headOf(0xaa64))).toThrow('is for the processor 43620');
    const mac = Buffer.from('cffaedfe0c000001', 'hex');
    checkMachine('darwin-arm64', mac);
    expect(() => checkMachine('darwin-x64', mac)).toThrow('is for the processor 12');
    expect(() => checkMachine('linux-x64', mac)).toThrow('begins with cffaedfe');
  });
});

describe('ElfProgram', () => {
  it('refuses what Node does not need or call, and changes nothing but the program', () => {
    const node = new ElfProgram(readFileSync(fetchNode(ownPlatform).program));
    expect(() => node.dropLibrary('libz.so.1')).toThrow('does not need libz.so.1');
    expect(() => node.redirect('nosuch', 1)).toThrow('does not call nosuch');
    expect(() => node.addCode(Buffer.alloc(1 << 20))).toThrow('There is no room');
    expect(node.bytes.equals(readFileSync(fetchNode(ownPlatform).program))).toBe(true);
  });
});

describe('dropSymbols', () => {
  it('refuses what is no ELF program', () => {
    expect(() => dropSymbols(Buffer.from('MZ'.repeat(100)))).toThrow('Not an ELF program');
  });
});
