import { isExcluded } from '../../../src/environment/default-excludes.ts';
import { describe, expect, it } from 'vitest';
import { explainDrift } from '../../../src/capture/drift/explain/explain-drift.ts';
import { proposeDeclarations } from '../../../src/capture/write-back/propose-declarations.ts';
import type { PackageItem } from '../../../src/model/drift.ts';
import type { PinStyle } from '../../../src/providers/proposal.ts';
import { readCase } from '../drift/explain/read-case.ts';

const { changes, before, after } = readCase('a-day-of-work');
const drift = await explainDrift({ version: 1, changes, noise: isExcluded, before, after });
const asked = { 'apt:ca-certificates': '*', 'apt:hello': '*', node: '24', user: 'dev' };
const propose = (pin: PinStyle, items: Record<string, string> = asked, foreign = new Map<string, string>()) =>
  proposeDeclarations(drift, items, foreign, pin);
const values = (pin: PinStyle, items?: Record<string, string>) =>
  Object.fromEntries(propose(pin, items).set.map(({ id, value }) => [id, value]));

describe('proposeDeclarations', () => {
  it('asks for what a person installed, and not for what was pulled in', () => {
    expect(values('none')).toEqual({ 'apt:cron': '*', 'apt:jq': '*', 'npm:semver': 'latest' });
  });

  it('no longer asks for what a person removed', () => {
    expect(propose('none').unset).toEqual(['apt:hello']);
  });

  it('names versions as exactly as it is told to', () => {
    expect(values('exact')).toEqual({ 'apt:cron': '=3.0pl1-162', 'apt:jq': '=1.6-2.1+deb12u3', 'npm:semver': '7.6.0' });
    expect(values('minor')).toMatchObject({ 'apt:jq': '*', 'npm:semver': '7.6' });
  });

  it('keeps what devenv.yaml says already where that is true still', () => {
    expect(values('none', { ...asked, 'npm:semver': '7' })['npm:semver']).toBe('7');
    expect(values('none', { ...asked, 'npm:semver': '6' })['npm:semver']).toBe('7.6.0');
    expect(values('none', { ...asked, 'apt:jq': '=1.5' })['apt:jq']).toBe('=1.6-2.1+deb12u3');
  });

  it('does not ask for what a clean build could not bring', () => {
    const foreign = new Map([['apt:jq', 'from a file']]);
    const { set, opaque } = propose('none', { 'apt:hello': '*' }, foreign);
    expect(set.map(({ id }) => id)).toEqual(['apt:cron']);
    expect(opaque).toContainEqual({ title: 'jq 1.6-2.1+deb12u3', reason: 'from a file' });
    expect(opaque.find(({ title }) => title.startsWith('semver'))?.reason).toContain('tools');
  });

  it.each([
    [true, 'apt', undefined, '* +hold'],
    [true, 'apt-dependency', undefined, '* +hold'],
    [true, 'apt', '=1.6 +recommends', '=1.6 +recommends +hold'],
    [false, 'apt', '=1.6 +hold', '=1.6'],
    [undefined, 'apt', '* +recommends +hold', '* +recommends +hold'],
  ] as const)('declares what is held: %j as %s, declared as %j', (held, cause, declared, value) => {
    const item = { kind: 'package', name: 'jq', change: 'changed', version: '1.6', paths: 0, held } as PackageItem;
    const one = { ...drift, groups: [{ cause, title: '', count: 1, paths: 0, items: [item] }] };
    const known = declared === undefined ? {} : { 'apt:jq': declared };
    expect(proposeDeclarations(one, known, new Map(), 'none').set).toMatchObject([{ id: 'apt:jq', value }]);
  });

  it('keeps the versions that a person asked for', () => {
    const requests = new Map([
      [
        'apt',
        {
          pinned: new Map([
            ['jq', '1.6-2.1+deb12u3'],
            ['cron', '1'],
          ]),
          recommended: new Map(),
        },
      ],
    ]);
    const { set } = proposeDeclarations(drift, asked, new Map(), 'none', requests);
    expect(Object.fromEntries(set.map(({ id, value }) => [id, value]))).toMatchObject({
      ...{ 'apt:jq': '=1.6-2.1+deb12u3', 'apt:cron': '*' },
    });
  });

  it('does not ask for a package of the base whose list alone dpkg wrote again', () => {
    const item = {
      kind: 'package',
      name: 'perl-base',
      change: 'changed',
      version: '5.36',
      paths: 1,
      bytes: 10,
    } as const;
    const group = { cause: 'apt', title: '', items: [item], count: 1, paths: 1, bytes: 10 } as const;
    const { set, opaque } = proposeDeclarations({ ...drift, groups: [group] }, asked, new Map(), 'none');
    expect([set, opaque.map(({ title }) => title)]).toEqual([[], ['perl-base 5.36']]);
  });

  it('says of all else that it stays in the image alone', () => {
    const titles = propose('none').opaque.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(['tiny 1.2', '/etc/app.conf', '/opt/data/', 'kim', 'FOO']));
  });
});
