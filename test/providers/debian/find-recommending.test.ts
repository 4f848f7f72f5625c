import { describe, expect, it } from 'vitest';
import { explainDrift } from '../../../src/capture/drift/explain/explain-drift.ts';
import { isExcluded } from '../../../src/environment/default-excludes.ts';
import { proposeDeclarations } from '../../../src/capture/write-back/propose-declarations.ts';
import { toEvidence } from '../../capture/drift/explain/read-case.ts';

const stanza = (name: string, ...more: readonly string[]): string =>
  [`Package: ${name}`, 'Status: install ok installed', 'Architecture: amd64', 'Version: 1', ...more].join('\n');

/** Packages of a version, and what a person and apt added; `auto`: those that apt added. */
async function propose(added: readonly string[], auto: readonly string[], asked: Record<string, string> = {}) {
  const before = [stanza('dpkg'), stanza('libc6')];
  const states = auto.map((name) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1`);
  const files = (status: readonly string[], extended: readonly string[]) =>
    toEvidence({
      files: { '/var/lib/dpkg/status': status.join('\n\n'), '/var/lib/apt/extended_states': extended.join('\n\n') },
    });
  const drift = await explainDrift({
    ...{ version: 1, changes: [], noise: isExcluded },
    before: files(before, []),
    after: files([...before, ...added], states),
  });
  return proposeDeclarations(drift, asked, new Map(), 'none').set.map(({ id, value }) => `${id} ${value}`);
}

describe('a commit of Debian packages', () => {
  const nginx = stanza('nginx', 'Depends: libc6 (>= 2), nginx-common | nginx-x', 'Recommends: geoip-db');
  const common = stanza('nginx-common', 'Recommends: ssl-cert | other');

  it('declares the recommended packages of one that brought them', async () => {
    expect(await propose([nginx, common, stanza('geoip-db')], ['nginx-common', 'geoip-db'])).toEqual([
      'apt:nginx * +recommends',
    ]);
  });

  it('declares them also if only a dependency recommends them', async () => {
    expect(await propose([nginx, common, stanza('ssl-cert')], ['nginx-common', 'ssl-cert'])).toEqual([
      'apt:nginx * +recommends',
    ]);
  });

  it('finds a recommended package by the name that it provides', async () => {
    const asked = stanza('mutt', 'Recommends: mail-transport-agent');
    const mta = stanza('postfix', 'Provides: mail-transport-agent');
    expect(await propose([asked, mta, nginx, common], ['postfix', 'nginx-common'])).toEqual([
      'apt:mutt * +recommends',
      'apt:nginx *',
    ]);
  });

  it('asks for none if they were installed without, or are needed anyway', async () => {
    expect(await propose([nginx, common], ['nginx-common'])).toEqual(['apt:nginx *']);
    const other = stanza('map', 'Depends: geoip-db');
    expect(await propose([nginx, common, stanza('geoip-db'), other], ['nginx-common', 'geoip-db'])).toEqual([
      'apt:map *',
      'apt:nginx *',
    ]);
  });
});
