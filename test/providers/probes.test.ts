import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apt } from '../../src/providers/apt.ts';
import { node } from '../../src/providers/npm-runtimes/node.ts';
import { npm } from '../../src/providers/npm.ts';
import { providers } from '../../src/providers/registry.ts';

const rows = (...cells: readonly (readonly string[])[]): string => cells.map((row) => `${row.join('\t')}\n`).join('');

describe('the probe of apt', () => {
  it('reads what is installed or held, and names packages of another architecture with it', () => {
    const output = rows(
      ['ii ', 'dpkg', 'amd64', '1.21.22'],
      ['ii ', 'g++', 'amd64', '4:12.2.0-3'],
      ['hi ', 'git', 'amd64', '1:2.39.5-0+deb12u2'],
      ['ii ', 'libc6', 'amd64', '2.36-9+deb12u10'],
      ['ii ', 'libc6', 'i386', '2.36-9+deb12u10'],
      ['rc ', 'nginx', 'amd64', '1.22.1-9'],
      ['un ', 'perl5', '', ''],
      ['iHR', 'half', 'amd64', '1'],
      ['ii ', 'tzdata', 'all', '2025b-0+deb12u1'],
    );
    expect(apt.probe?.parse(output)).toEqual({
      dpkg: '1.21.22',
      'g++': '4:12.2.0-3',
      git: '1:2.39.5-0+deb12u2',
      libc6: '2.36-9+deb12u10',
      'libc6:i386': '2.36-9+deb12u10',
      tzdata: '2025b-0+deb12u1',
    });
  });

  it('passes over hostile rows', () => {
    const output = rows(
      ['ii ', 'dpkg', 'amd64', '1.21.22'],
      ['ii ', '__proto__', 'amd64', '1'],
      ['ii ', '-oDebug::x', 'amd64', '1'],
      ['ii ', 'evil', 'amd64', '1; rm -rf /'],
      ['ii ', 'esc', 'amd64', '\u001b[31m1'],
      ['ii ', 'extra', 'amd64', '1', '2'],
      ['ii '],
    );
    expect(apt.probe?.parse(output)).toEqual({ dpkg: '1.21.22' });
  });
});

describe('the probe of npm', () => {
  it('reads the global packages', () => {
    const output = `{
  "name": "lib",
  "dependencies": {
    "@scope/tool": { "version": "1.0.0-rc.1", "overridden": false },
    "npm": { "version": "11.6.2", "overridden": false },
    "pnpm": { "version": "10.4.0", "overridden": false }
  }
}`;
    expect(npm.probe?.parse(output)).toEqual({ '@scope/tool': '1.0.0-rc.1', npm: '11.6.2', pnpm: '10.4.0' });
  });

  it.each([
    ['', {}],
    ['null', {}],
    ['{"dependencies": []}', {}],
    ['{"dependencies": "x"}', {}],
    ['{"name": "lib"}', {}],
    ['npm error code ENOENT', {}],
    [
      '{"dependencies": {"a": {"missing": true}, "b": {"version": 1}, "c": null, "d": {"version": "1.0.0"}}}',
      { d: '1.0.0' },
    ],
    ['{"dependencies": {"__proto__": {"version": "1; id"}, "../x": {"version": "1.0.0"}}}', {}],
  ])('survives %j', (output, installed) => {
    expect(npm.probe?.parse(output)).toEqual(installed);
  });
});

describe('the probe of node', () => {
  it.each([
    ['v24.21.0\n', { node: '24.21.0' }],
    ['24.21.0\n', {}],
    ['v24.21.0; id', {}],
    ['', {}],
  ])('reads %j', (output, installed) => {
    expect(node.probe?.parse(output)).toEqual(installed);
  });
});

describe('every probe', () => {
  it('never throws, and gives text that may stand in a lock', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant('\0\t\t\n')), (output) => {
        for (const { probe } of providers) {
          if (probe === 'none') continue;
          for (const [name, version] of Object.entries(probe.parse(output))) {
            expect(name).toMatch(/^[\w@/.+:~-]+$/);
            expect(version).toMatch(/^[\w.+:~^*-]+$/);
          }
        }
      }),
    );
  });
});
