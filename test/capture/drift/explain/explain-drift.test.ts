import { isExcluded } from '../../../../src/environment/default-excludes.ts';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { explainDrift } from '../../../../src/capture/drift/explain/explain-drift.ts';
import type { PathChange } from '../../../../src/model/container.ts';
import { stringifyJson } from '../../../../src/screen/stringify-json.ts';
import { describeDrift, readCase, toChange, toEvidence } from './read-case.ts';

const dpkg = 'Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.21\n';
const statusFile = '/var/lib/dpkg/status';

describe('explainDrift', () => {
  it('sorts what was recorded of a real workspace by its causes', async () => {
    const { changes, before, after, expected } = readCase('a-day-of-work');
    const drift = await explainDrift({ version: 1, changes, noise: isExcluded, before, after, files: true });
    expect(describeDrift(drift)).toEqual(expected);
    // Every path is somewhere, and in one place only.
    const files = drift.groups.flatMap(({ items }) =>
      items.flatMap(({ files }) => [...(files ?? [])].map(({ path }) => path)),
    );
    expect(files.sort()).toEqual(changes.map(({ path }) => path).sort());
    expect(drift.paths).toBe(changes.filter(({ path }) => !isExcluded(path)).length);
  });

  it('is what schemas/output says', async () => {
    const schema = JSON.parse(readFileSync('schemas/output/drift.schema.json', 'utf8')) as object;
    const validate = new Ajv({ allErrors: true }).compile(schema);
    const { changes, before, after } = readCase('a-day-of-work');
    const whole = await explainDrift({ version: 1, changes, noise: isExcluded, before, after, files: true });
    const print = (drift: object): object => JSON.parse(stringifyJson(drift)) as object;
    expect(new Set(whole.groups.map(({ cause }) => cause)).size).toBeGreaterThan(8);
    for (const drift of [whole, await explainDrift({ version: 1, changes, noise: isExcluded })]) {
      expect([validate(print(drift)), validate.errors ?? []]).toEqual([true, []]);
    }
    expect(validate(print({ ...whole, groups: [{ ...whole.groups[0], cause: 'unknown' }] }))).toBe(false);
  });

  it('says of a group how devenv.yaml could declare it, if it has such a path', async () => {
    const adviceOn = async (path: string): Promise<string | undefined> =>
      (await explainDrift({ version: 1, changes: [toChange(`added ${path}`)], noise: isExcluded })).groups[0]?.advice;
    expect(await adviceOn('/etc/apt/sources.list.d/example.list')).toContain('`repositories`');
    expect(await adviceOn('/etc/apt/keyrings/example.asc')).toContain('`repositories`');
    expect(await adviceOn('/etc/hosts.allow')).toBeUndefined();
    expect(await adviceOn('/usr/local/bin/gopls')).toMatch(/`downloads`.*; if `go install` built it/);
    expect(await adviceOn('/usr/local/share/x')).toMatch(/^[^;]*`downloads`[^;]*$/);
  });

  it('tells from the names alone what it can where the workspace does not run', async () => {
    const { changes } = readCase('a-day-of-work');
    const drift = await explainDrift({ version: 1, changes, noise: isExcluded });
    expect(drift.seen).toBe('list');
    expect(drift.bytes).toBeUndefined();
    const named = (cause: string): string[] =>
      drift.groups.find((group) => group.cause === cause)?.items.map(({ name, change }) => `${change} ${name}`) ?? [];
    expect(named('apt')).toContain('added jq');
    expect(named('apt')).toContain('removed hello');
    expect(named('npm')).toEqual(['added semver']);
    expect(named('opt')).toEqual(['added /opt/data/']);
  });

  it('gives a file that was edited by hand to its package, though the package did not change', async () => {
    const evidence = toEvidence({
      files: { [statusFile]: dpkg },
      entries: { '/usr/bin/dpkg': 7 },
      lists: { dpkg: ['/usr', '/usr/bin', '/usr/bin/dpkg'] },
    });
    const drift = await explainDrift({
      version: 1,
      changes: [toChange('modified /usr/bin/dpkg')],
      noise: isExcluded,
      after: evidence,
    });
    expect(describeDrift(drift)).toEqual(['package-files: path /usr/bin/dpkg changed of dpkg, 1 paths, 7 bytes']);
  });

  it('calls an upgrade by both versions, and what a person asks for now by its name', async () => {
    const stanza = (version: string): string =>
      `Package: jq\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`;
    const side = (version: string, auto: string) =>
      toEvidence({
        files: { [statusFile]: `${dpkg}\n${stanza(version)}`, '/var/lib/apt/extended_states': auto },
        lists: { jq: ['/usr/bin/jq'] },
        entries: { '/usr/bin/jq': 5 },
      });
    const auto = 'Package: jq\nArchitecture: amd64\nAuto-Installed: 1\n';
    const changes = [toChange('modified /usr/bin/jq'), toChange(`modified ${statusFile}`)];
    const explain = async (from: [string, string], to: [string, string]) =>
      describeDrift(
        await explainDrift({ version: 1, changes, noise: isExcluded, before: side(...from), after: side(...to) }),
      );
    expect((await explain(['1.6', ''], ['1.7', '']))[0]).toBe('apt: package jq changed was 1.6 1.7, 1 paths, 5 bytes');
    expect((await explain(['1.6', auto], ['1.7', auto]))[0]).toMatch(/^apt-dependency: package jq/);
    expect((await explain(['1.6', auto], ['1.6', '']))[0]).toBe('apt: package jq changed 1.6, 1 paths, 5 bytes');
  });

  it('names a package that is held now, or no longer', async () => {
    const side = (state: string) =>
      toEvidence({ files: { [statusFile]: `${dpkg.replace('install ok', `${state} ok`)}` }, lists: {} });
    const changes = [toChange(`modified ${statusFile}`)];
    const explain = async (from: string, to: string) =>
      (await explainDrift({ version: 1, changes, noise: isExcluded, before: side(from), after: side(to) })).groups;
    expect((await explain('install', 'hold'))[0]?.items).toMatchObject([
      { name: 'dpkg', change: 'changed', held: true },
    ]);
    expect((await explain('hold', 'install'))[0]?.items).toMatchObject([{ name: 'dpkg', held: false }]);
    expect((await explain('hold', 'hold')).map(({ cause }) => cause)).toEqual(['records']);
  });

  it('never keeps the value of a variable', async () => {
    const drift = await explainDrift({
      version: 1,
      changes: [toChange('modified /etc/profile')],
      noise: isExcluded,
      before: toEvidence({ files: { '/etc/profile': 'PS1=x\n' } }),
      after: toEvidence({
        files: { '/etc/profile': 'PS1=x\nexport API_TOKEN=hunter2\n' },
        entries: { '/etc/profile': 40 },
      }),
    });
    expect(describeDrift(drift)).toEqual(['environment: variable API_TOKEN added /etc/profile, 1 paths, 40 bytes']);
    expect(JSON.stringify(drift)).not.toContain('hunter2');
  });

  it('names every variable that a profile sets anew, and counts the file once', async () => {
    const path = '/etc/profile.d/go.sh';
    const text = 'export GOPATH=/go\nexport GOFLAGS=-mod=vendor\n';
    const after = toEvidence({ files: { [path]: text }, entries: { [path]: 50 } });
    const changes = [toChange(`added ${path}`)];
    const drift = await explainDrift({ version: 1, changes, noise: isExcluded, before: toEvidence({}), after });
    expect(describeDrift(drift)).toEqual([
      `environment: variable GOPATH added ${path}, 1 paths, 50 bytes`,
      `environment: variable GOFLAGS added ${path}, 0 paths, 0 bytes`,
    ]);
    expect([drift.paths, drift.bytes]).toEqual([1, 50]);
  });

  it('explains 30,000 changed files in far less than 3 s of a processor', async () => {
    const paths = Array.from({ length: 30_000 }, (_, index) => `/usr/lib/big/${String(index % 300)}/f${String(index)}`);
    const changes = paths.map((path): PathChange => ({ kind: index(path) % 3 === 0 ? 'modified' : 'added', path }));
    const evidence = toEvidence({
      files: { [statusFile]: dpkg },
      entries: Object.fromEntries(paths.map((path) => [path, 10])),
      lists: Object.fromEntries(
        Array.from({ length: 300 }, (_, list) => [
          `p${String(list)}`,
          paths.filter((path) => index(path) % 300 === list),
        ]),
      ),
    });
    const start = process.cpuUsage();
    const drift = await explainDrift({ version: 1, changes, noise: isExcluded, before: evidence, after: evidence });
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(3_000);
    expect(drift.paths).toBe(30_000);
    expect(drift.bytes).toBe(300_000);
  });
});

const index = (path: string): number => Number(path.slice(path.lastIndexOf('f') + 1));
