import { describe, expect, it } from 'vitest';
import { readToolFile } from '../../../src/providers/tools/read-tool-file.ts';

const engines = (node: string): string => JSON.stringify({ engines: { node } });

describe('readToolFile', () => {
  it.each<[string, string, string | undefined]>([
    ['.nvmrc', 'v24.1.0\n', '24.1.0'],
    ['.nvmrc', '# ours\n22', '22'],
    ['.nvmrc', 'lts/*\n', 'lts'],
    ['.nvmrc', 'lts/Iron\n', '20'],
    ['.nvmrc', 'node', 'latest'],
    ['.nvmrc', 'lts/unheardof', undefined],
    ['.nvmrc', '', undefined],
    ['.nvmrc', 'iojs; rm -rf /', undefined],
    ['.node-version', '24.1\r\n', '24.1'],
    ['.tool-versions', 'python 3.12.1\nnodejs 20.11.0 18.0.0 # both\n', '20.11.0'],
    ['.tool-versions', 'python 3.12.1\n', undefined],
    ['mise.toml', '[tools]\npython = "3"\nnode = "22"\n', '22'],
    ['.mise.toml', '[tools]\nnode = { version = "lts", postinstall = "x" }\n', 'lts'],
    ['app/package.json', engines('20.x'), '20'],
    ['package.json', engines('^20.1.0'), '20'],
    ['package.json', engines('~20.1.3'), '20.1'],
    ['package.json', engines('>=18'), 'lts'],
    ['package.json', engines('>=18 <23'), '22'],
    ['package.json', engines('^18 || ^20 || >=22'), 'lts'],
    ['package.json', engines('18 || 20'), '20'],
    ['package.json', JSON.stringify({ volta: { node: '22.3.0' }, engines: { node: '>=18' } }), '22.3.0'],
    ['package.json', '{"name": "shop"}', undefined],
    ['package.json', '{broken', undefined],
    ['package.json', 'null', undefined],
  ])('%s %j: %s', (path, text, version) => {
    expect(readToolFile('node', path, text)).toBe(version);
  });

  it.each<[tool: string, file: string, text: string, version: string | undefined]>([
    ['python', '.tool-versions', 'nodejs 20.11.0\npython 3.12.1 3.11.2\n', '3.12.1'],
    ['python', '.python-version', '# ours\n3.12\n', '3.12'],
    ['python', '.python-version', 'pypy3.10-7.3.15\n', 'pypy3.10-7.3.15'],
    ['python', '.python-version', 'system\n', undefined],
    ['python', 'pyproject/package.json', engines('20'), undefined],
    ['ruby', '.ruby-version', 'ruby-3.3.0\n', '3.3.0'],
    ['java', '.java-version', 'temurin-21\r\n', 'temurin-21'],
    ['go', '.tool-versions', 'golang 1.22.1\n', '1.22.1'],
    ['go', '.go-version', 'v1.22', '1.22'],
    ['go', 'api/go.mod', 'module example.com/api\n\ngo 1.21\n\ntoolchain go1.22.1\n', '1.22.1'],
    ['go', 'go.mod', 'module example.com/api\n\ngo 1.21\n', '1.21'],
    ['go', 'go.mod', 'module example.com/api\n', undefined],
    ['rust', 'rust-toolchain.toml', '[toolchain]\nchannel = "1.82"\ncomponents = ["clippy"]\n', '1.82'],
    ['rust', 'rust-toolchain', 'stable\n', 'stable'],
    ['rust', 'rust-toolchain', '[toolchain]\nchannel = "1.82.0"\n', '1.82.0'],
    ['terraform', 'mise.toml', '[tools]\nterraform = { version = "1.5" }\n', '1.5'],
    ['python', 'mise.toml', '[tools]\npython = "3.12; rm -rf /"\n', undefined],
  ])('%s of %s %j: %s', (tool, path, text, version) => {
    expect(readToolFile(tool, path, text)).toBe(version);
  });
});
