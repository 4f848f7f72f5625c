import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { editConfig } from '../../../src/environment/edit/edit.ts';
import { planDeclaration } from '../../../src/environment/edit/plan-declaration.ts';
import { parseConfig } from '../../../src/environment/parse.ts';
import { noEvidence } from '../../../src/model/evidence.ts';
import { repositoryRecognition, repositoryRequests } from '../../../src/providers/repositories/found-repositories.ts';
import { armorKey, restoreArmor } from '../../../src/providers/repositories/public-key.ts';
import { repository } from '../../../src/providers/repositories/repository.ts';

/** Packets of a public key, a name and a signature, not real ones. */
const key = Buffer.from([0xc6, 3, 4, 1, 2, 0xcd, 2, 0x6a, 0x6f, 0x88, 1, 9]);
const armored = armorKey(key) ?? '';

/** What the workspace prints about these files. */
const told = (files: Readonly<Record<string, string | Buffer>>) => {
  const rows = Object.entries(files).map(([path, text]) =>
    [path.includes('keyring') ? 'key' : 'source', path, Buffer.from(text).toString('base64'), ''].join('\0'),
  );
  return repositoryRequests.parse(rows.join('')).declared ?? new Map();
};
const list = '/etc/apt/sources.list.d/shop.list';
const signed = '[arch=amd64,arm64 signed-by=/etc/apt/keyrings/shop.gpg]';

describe('a public key', () => {
  it('has one armored form, whatever its form was', () => {
    expect(armored).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxgMEAQLNAmpviAEJ\n=[A-Za-z0-9+/]{4}\n-----END/);
    const other = armored.replace('-----\n\n', '-----\nComment: x\n\n').replaceAll('\n', '\r\n');
    expect(armorKey(Buffer.from(other))).toBe(armored);
    expect(restoreArmor(armored.replaceAll('\n', ''))).toBe(armored);
  });

  it.each([
    ['a secret key', Buffer.from([0xc5, 3, 4, 1, 2])],
    ['a secret key behind a public one', Buffer.from([...key, 0xc5, 1, 4])],
    ['a text', Buffer.from('root:x:0:0\n')],
    [
      'an armored text',
      Buffer.from(
        `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${Buffer.from('hello').toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`,
      ),
    ],
    ['a part of one', key.subarray(0, 4)],
    ['nothing', Buffer.from('')],
  ])('is not %s', (_name, bytes) => {
    expect(armorKey(bytes)).toBeUndefined();
  });
});

describe('a repository that was added by hand', () => {
  it.each([
    [
      'one line',
      {
        [list]: `# mine\ndeb ${signed} https://a.test/deb bookworm stable edge # x\ndeb-src https://a.test/deb bookworm stable\n`,
      },
    ],
    [
      'fields',
      {
        '/etc/apt/sources.list.d/shop.sources':
          'Types: deb\nURIs: https://a.test/deb\nSuites: bookworm\nComponents: stable\n edge\nArchitectures: amd64 arm64\nSigned-By: /etc/apt/keyrings/shop.gpg\nX-Made: me\n',
      },
    ],
    [
      'fields with the key',
      {
        '/etc/apt/sources.list.d/shop.sources': `Types: deb deb-src\nURIs: https://a.test/deb\nSuites: bookworm\nComponents: stable edge\nArchitectures: amd64 arm64\nSigned-By:\n${armored.trimEnd().replace(/^$/m, '.').replace(/^/gm, ' ')}\n`,
      },
    ],
  ])('as %s is declared with its key', (_name, files) => {
    const found = told({ ...files, '/etc/apt/keyrings/shop.gpg': key }).get('shop');
    expect(found).toEqual({
      kind: 'item',
      id: 'repository:shop',
      value: `https://a.test/deb bookworm stable edge for amd64 arm64 key ${armored.replaceAll('\n', '')}`,
    });
  });

  it.each([
    [`deb ${signed} https://a.test/ a main\ndeb ${signed} https://a.test/ b main\n`, 'https://a.test/ a,b main'],
    [
      `deb ${signed} https://a.test/ a main\ndeb ${signed} https://b.test/ a main\n`,
      'https://a.test/,https://b.test/ a main',
    ],
  ])('with several suites or addresses is one: %j', (text, value) => {
    const found = told({ [list]: text, '/etc/apt/keyrings/shop.gpg': key }).get('shop');
    expect(found).toMatchObject({ value: expect.stringContaining(`${value} for amd64 arm64 key -----`) as string });
  });

  it('with several suites and addresses in fields is one', () => {
    const stanza = (suites: string): string =>
      `Types: deb\nURIs: https://a.test/ https://b.test/\nSuites: ${suites}\nComponents: main\nSigned-By: /etc/apt/keyrings/shop.gpg\n`;
    const text = `${stanza('a b')}\n${stanza('b c')}`;
    const found = told({ '/etc/apt/sources.list.d/shop.sources': text, '/etc/apt/keyrings/shop.gpg': key }).get('shop');
    expect(found).toMatchObject({
      value: expect.stringContaining('https://a.test/,https://b.test/ a,b,c main key -----') as string,
    });
  });

  it.each([
    ['deb https://a.test/ stable main', 'its list names no key with Signed-By'],
    ['deb [signed-by=/etc/apt/keyrings/none.gpg] https://a.test/ stable main', 'its key cannot be read'],
    ['deb [signed-by=/etc/apt/keyrings/text.asc] https://a.test/ stable main', 'its key cannot be read'],
    ['deb [trusted=yes] https://a.test/ stable main', 'its list has the option trusted'],
    [`deb ${signed} https://kim:pw@a.test/ stable main`, 'its address is unusual, or has a login'],
    [
      `deb ${signed} https://a.test/ a main\ndeb ${signed} https://b.test/ b main`,
      'its entries differ in more than their suites or their addresses',
    ],
    [`deb ${signed} https://a.test/ $(id) main`, 'its list is unusual'],
    ['', 'its list is empty'],
  ])('%j stays in the image alone', (text, reason) => {
    const keys = { '/etc/apt/keyrings/shop.gpg': key, '/etc/apt/keyrings/text.asc': 'root:x:0:0' };
    expect(told({ [list]: text, ...keys }).get('shop')).toEqual({ kind: 'opaque', reason });
  });

  it('is one with its key in a drift; those of the base are not', () => {
    const files = new Map([
      [list, `deb ${signed} https://a.test/deb bookworm stable`],
      ['/etc/apt/sources.list.d/debian.sources', 'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: trixie\n'],
    ]);
    const { index, isIndexed, evidence } = repositoryRecognition;
    const find = index === 'by path' ? () => undefined : index([], noEvidence, { ...noEvidence, files });
    const shop = { tool: { cause: 'repository', name: 'shop', place: '/etc/apt' }, version: 'https://a.test/deb' };
    expect([find(list), find('/etc/apt/keyrings/shop.gpg')]).toEqual([shop, shop]);
    expect(find('/etc/apt/sources.list.d/debian.sources')).toBeUndefined();
    expect([isIndexed('/etc/apt/keyrings/shop.gpg'), evidence(list, 'added')]).toEqual([true, [list]]);
  });
});

describe('the entry of a repository in devenv.yaml', () => {
  const value = `https://a.test/deb / for amd64 key ${armored.replaceAll('\n', '')}`;
  const head = 'version: 1\nname: shop\nbase: debian:12\n';
  const edit = (text: string, delta: { set?: Record<string, string>; unset?: string[] }): string => {
    const { edits, byHand } = planDeclaration(parseConfig(text, 'devenv.yaml'), { set: {}, unset: [], ...delta });
    expect(byHand).toEqual([]);
    return editConfig(text, edits);
  };
  const lines = armored.trimEnd().replace(/^(?=.)/gm, '      ');
  const entry = `  - name: shop\n    uri: https://a.test/deb\n    suites: [/]\n    components: []\n    architectures: [amd64]\n    key: |\n${lines}\n`;
  const other = '  # why\n  - {name: other, uri: "https://b.test/", suites: [a], key: k.asc} # here\n';

  it.each([
    ['is added', head, `${head}repositories:\n${entry}`],
    [
      'goes below others',
      `${head}repositories:\n${other}run: [a]\n`,
      `${head}repositories:\n${other}${entry}run: [a]\n`,
    ],
  ])('%s, and is the same item again', (_name, text, edited) => {
    const after = edit(text, { set: { 'repository:shop': value } });
    expect(after).toBe(edited);
    expect(repository.items(parseConfig(after, 'devenv.yaml'), {})['repository:shop']).toBe(value);
    expect(edit(after, { unset: ['repository:shop'] })).toBe(text === head ? `${head}repositories: []\n` : text);
  });

  it('fits into a list in one line', () => {
    const text = `${head}repositories: [{name: other, uri: "https://b.test/", suites: [a], key: k.asc}]\n`;
    const after = edit(text, { set: { 'repository:shop': value } });
    expect((parse(after) as { repositories: readonly { key: string }[] }).repositories[1]?.key).toBe(armored);
  });

  it('of several suites and addresses is the same item again', () => {
    const several = value.replace('https://a.test/deb /', 'https://a.test/deb,https://b.test x,y/z main');
    const after = edit(head, { set: { 'repository:shop': several } });
    expect(after).toContain('    uri: [https://a.test/deb, https://b.test]\n    suites: [x, y/z]\n');
    expect(repository.items(parseConfig(after, 'devenv.yaml'), {})['repository:shop']).toBe(several);
  });

  it('with a file as its key is left to a person', () => {
    const environment = parseConfig(head, 'devenv.yaml');
    const set = { 'repository:a': 'https://a.test/ x y key sha256:00' };
    expect(planDeclaration(environment, { set, unset: [] })).toEqual({
      edits: [],
      byHand: ['declare the repository a: https://a.test/ x y key sha256:00'],
    });
  });
});
