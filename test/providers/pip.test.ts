import { isExcluded } from '../../src/environment/default-excludes.ts';
import { describe, expect, it } from 'vitest';
import { explainDrift } from '../../src/capture/drift/explain/explain-drift.ts';
import { proposeDeclarations } from '../../src/capture/write-back/propose-declarations.ts';
import { resolvePins } from '../../src/lock/resolve-pins.ts';
import { pip } from '../../src/providers/pip.ts';
import { toChange, toEvidence } from '../capture/drift/explain/read-case.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];

describe('the probe of pip', () => {
  it('reads what lies in its own places, and nothing of Debian', () => {
    const output = [
      '/usr/local/lib/python3.11/dist-packages/Ruamel.yaml_x-0.18.6.dist-info',
      '/usr/local/lib/python3.12/site-packages/six-1.17.0.dist-info',
      '/usr/lib/python3/dist-packages/debian-1.0.dist-info',
      '/usr/local/lib/python3.11/dist-packages/../evil-1.dist-info',
      '/usr/local/lib/python3.11/dist-packages/a b-1.dist-info',
      'find: warning',
    ].join('\n');
    expect(pip.probe.parse(output)).toEqual({ 'ruamel-yaml-x': '0.18.6', six: '1.17.0' });
  });
});

describe('the notes of a step', () => {
  it('become pins: versions, hashes and what is needed', () => {
    expect(pip.origins.probe.parse(`tiny 1.2 ${a},${b} dep,other\ndep 0.3 ${b} -\n`)).toEqual({
      ...{ tiny: '1.2', 'tiny.sha256': `${a} ${b}`, 'tiny.needs': 'dep other' },
      ...{ dep: '0.3', 'dep.sha256': b },
    });
  });

  it.each([
    '',
    `tiny 1.2 ${a}x -`,
    `tiny 1;id ${a} -`,
    `-r 1 ${a} -`,
    `tiny 1.2 ${a} a;b`,
    `tiny 1 ${a} - x`,
    'tiny 1 - -',
  ])('that were tampered with are not read: %j', (line) => {
    expect(pip.origins.probe.parse(line)).toEqual({});
  });
});

describe('the pins of pip', () => {
  const known = {
    pip: {
      ...{ tiny: '1.2', 'tiny.sha256': a, 'tiny.needs': 'dep', dep: '0.3', 'dep.sha256': b },
      ...{ gone: '1', 'gone.sha256': a },
    },
  };

  it('hold what is declared and all that it needs, and nothing else', () => {
    const kept = ['dep', 'dep.sha256', 'tiny', 'tiny.needs', 'tiny.sha256'];
    expect(Object.keys(resolvePins({ 'pip:tiny': '*' }, known, {})['pip'] ?? {})).toEqual(kept);
    expect(resolvePins({ 'apt:git': '*' }, known, {})).toEqual({});
  });

  it('lose the hash of a version that is another one now', () => {
    const pins = resolvePins({ 'pip:tiny': '*' }, known, { pip: { tiny: '1.3', dep: '0.3' } });
    expect(pins).toEqual({ pip: { tiny: '1.3', dep: '0.3', 'dep.sha256': b } });
  });
});

describe('the settings of pip', () => {
  const conf = `[global]
index-url = https://kim:token@pypi.example.com/simple
extra-index-url =
    https://one.example.com/simple
    # not this
    https://me@two.example.com/simple
[other]
proxy = http://nobody:3128
[install]
trusted-host = one.example.com two.example.com
`;

  it('come from the files of this machine, without logins', () => {
    const { env, notes } = pip.settings.resolve({}, [conf], false);
    expect(env).toEqual({
      PIP_INDEX_URL: 'https://pypi.example.com/simple',
      PIP_EXTRA_INDEX_URL: 'https://one.example.com/simple https://two.example.com/simple',
      PIP_TRUSTED_HOST: 'one.example.com two.example.com',
    });
    const say = (address: string) =>
      `The login for ${address} is not used: builds get it only with \`logins: [pip]\` in ~/.config/teamvm/config.yaml.`;
    expect(notes).toEqual([say('https://pypi.example.com/simple'), say('https://two.example.com/simple')]);
  });

  it('come from variables first', () => {
    const variables = { PIP_INDEX_URL: 'http://u:p@10.0.0.1:8080/simple' };
    const found = pip.settings.resolve(variables, [conf], false);
    expect(found.env).toMatchObject({ PIP_INDEX_URL: 'http://10.0.0.1:8080/simple' });
    expect(JSON.stringify(found)).not.toMatch(/u:p|token/);
  });

  it('have the logins of indexes if the person lets builds use them, as what no output shows', () => {
    const { env, notes, secrets } = pip.settings.resolve({}, [conf.replace('token', 't%40ken')], true);
    expect(env).toMatchObject({
      PIP_INDEX_URL: 'https://kim:t%40ken@pypi.example.com/simple',
      PIP_EXTRA_INDEX_URL: 'https://one.example.com/simple https://me@two.example.com/simple',
    });
    expect(notes).toEqual([]);
    expect(secrets).toEqual(['t%40ken', 't@ken', 'me']);
  });

  it.each(['file:///etc', 'https://', '--index', 'ftp://x/simple'])(
    'that are no web address are refused: %s',
    (address) => {
      expect(() => pip.settings.resolve({ PIP_INDEX_URL: address }, [], false)).toThrow(
        expect.objectContaining({ code: 'USAGE' }),
      );
    },
  );

  it('are empty on a machine without any', () => {
    expect(pip.settings.resolve({}, [], false)).toEqual({ env: {}, notes: [], secrets: [] });
  });
});

describe('what pip could not find', () => {
  it.each([
    ['1.1', '1.2'],
    ['9', '1.10'],
    ['1.2', '1.2'],
  ])('is read out of its output, with the version nearest to %s', (version, nearest) => {
    const line = `ERROR: Could not find a version that satisfies the requirement Two_Words==${version} (from versions: 1.0, 1.2, 1.10)`;
    const [missing] = pip.sources.missing(['Looking in indexes: x', line]);
    expect(missing).toEqual({ name: 'two-words', version, available: ['1.0', '1.2', '1.10'] });
    expect(pip.sources.nearest(version, missing?.available ?? [])).toBe(nearest);
  });
});

it('names the packages whose hash is wrong', () => {
  const output = [
    'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions',
    '    tiny==1.0 from http://10.0.0.1/files/tiny-1.0-py3-none-any.whl#sha256=aa (from -r /tmp/x/exact (line 1)):',
    `        Expected sha256 ${a}`,
    `             Got        ${b}`,
  ];
  expect(pip.sources.mismatched(output)).toEqual(['tiny 1.0']);
  expect(pip.sources.mismatched(['Collecting tiny==1.0 from x', '    tiny==1.0 from y'])).toEqual([]);
});

describe('a drift of Python packages', async () => {
  const place = '/usr/local/lib/python3.11/dist-packages';
  const added = (folder: string, ...files: readonly string[]) =>
    [folder, ...files.map((file) => `${folder}/${file}`)].map((path) => toChange(`added ${path}`));
  const changes = [
    ...added(`${place}/asked-1.0.dist-info`, 'INSTALLER', 'RECORD', 'REQUESTED'),
    ...added(`${place}/brought-2.0.dist-info`, 'INSTALLER', 'RECORD'),
    ...added(`${place}/local-3.0.dist-info`, 'INSTALLER', 'RECORD', 'REQUESTED', 'direct_url.json'),
    ...added(`${place}/made-4.0.dist-info`, 'RECORD'),
    ...added('/opt/venv/lib/python3.11/site-packages/apart-5.0.dist-info', 'INSTALLER', 'REQUESTED'),
  ];
  const drift = await explainDrift({ version: 1, changes, noise: isExcluded, after: toEvidence({}) });

  it('is proposed where an index has it and a person asked for it', () => {
    const { set, opaque } = proposeDeclarations(drift, {}, new Map(), 'none');
    expect(set).toEqual([{ id: 'pip:asked', value: '*', title: 'asked 1.0' }]);
    expect(Object.fromEntries(opaque.map(({ title, reason }) => [title, reason]))).toEqual({
      'local 3.0': 'it did not come from a package index',
      'made 4.0': 'it did not come from a package index',
      'apart 5.0': 'it is not in /usr/local/lib/python3.*, where devenv installs',
    });
  });

  it('is named by version if it is to be, or was before', () => {
    const value = (pin: 'exact' | 'none', asked: Record<string, string>) =>
      proposeDeclarations(drift, asked, new Map(), pin).set[0]?.value;
    expect([value('exact', {}), value('none', { 'pip:asked': '==0.9' }), value('none', { 'pip:asked': '*' })]).toEqual([
      ...['==1.0', '==1.0', '*'],
    ]);
  });

  it('tells which package a path of the image belongs to, its programs included', () => {
    const record = `@${place}/tiny-1.0.dist-info/RECORD\n../../../bin/tiny,sha256=x,1\ntiny/__init__.py,,\n`;
    const owners = pip.rebuild.owners.parse(record);
    expect(owners.get('/usr/local/bin/tiny')).toBe('tiny');
    expect(owners.get(`${place}/tiny/__init__.py`)).toBe('tiny');
  });
});
