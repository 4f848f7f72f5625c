import { describe, expect, it } from 'vitest';
import { readToolFile } from '../../src/providers/read-tool-file.ts';

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
    expect(readToolFile(path, text)).toBe(version);
  });
});
