import { describe, expect, it } from 'vitest';
import { editConfig } from '../../../src/environment/edit/edit.ts';
import { planDeclaration } from '../../../src/environment/edit/plan-declaration.ts';
import { parseConfig } from '../../../src/environment/parse.ts';
import { DevenvError } from '../../../src/errors/devenv-error.ts';
import { noEvidence } from '../../../src/model/evidence.ts';
import { preference } from '../../../src/providers/repositories/preference.ts';

const head = 'version: 1\nname: shop\nbase: debian:12\n';
const folder = '/etc/apt/preferences.d';
const record = 'Package: *\nPin: origin download.docker.com\nPin-Priority: 900\n';
const told = (name: string, text: string) =>
  preference.proposal.requests.parse(`${folder}/${name}\0${text}\0`).declared ?? new Map();

describe('preferences of apt that were written by hand', () => {
  it('are one item, also with comments, other spaces, and several records', () => {
    const text = `# mine\nExplanation: why\n${record.replaceAll(': ', ':  ')}\n\n\n${record.replace('*', 'a b')}`;
    const value = `${record}\n${record.replace('*', 'a b')}`;
    for (const name of ['docker', 'docker.pref'])
      expect(told(name, text).get(name)).toEqual({ kind: 'item', id: `preference:${name}`, value });
  });

  it.each(['', 'Package: *\n', record.replace('Pin:', 'Pun:'), record.replace('origin', 'orgin'), `${record}X: y\n`])(
    '%j stay in the image alone',
    (text) => {
      const reason = 'its file is not what apt_preferences can say';
      expect(told('docker', text).get('docker')).toEqual({ kind: 'opaque', reason });
    },
  );

  it('are items of a drift by their first record; apt reads no other files', () => {
    const files = new Map([[`${folder}/docker.pref`, record]]);
    const find = preference.recognition.index([], noEvidence, { ...noEvidence, files });
    expect(find(`${folder}/docker.pref`)).toEqual({
      tool: { cause: 'preference', name: 'docker.pref', place: folder },
      version: 'origin download.docker.com 900',
    });
    expect([find(`${folder}/docker.bak`), told('docker.bak', record).size]).toEqual([undefined, 0]);
  });

  it('go into devenv.yaml as they are, and out again', () => {
    const edit = (text: string, delta: { set?: Record<string, string>; unset?: string[] }): string =>
      editConfig(text, planDeclaration(parseConfig(text, 'devenv.yaml'), { set: {}, unset: [], ...delta }).edits);
    const id = 'preference:docker';
    const after = edit(head, { set: { [id]: record } });
    expect(after).toBe(`${head}apt_preferences:\n  docker: |\n${record.replace(/^/gm, '    ').trimEnd()}\n`);
    expect(preference.items(parseConfig(after, 'devenv.yaml'))[id]).toBe(record);
    const again = edit(after, { set: { [id]: `${record}\n${record}` } });
    expect(preference.items(parseConfig(again, 'devenv.yaml'))[id]).toBe(`${record}\n${record}`);
    expect(preference.items(parseConfig(edit(again, { unset: [id] }), 'devenv.yaml'))).toEqual({});
  });
});

it.each([
  'docker: ""',
  'docker: "Package: *"',
  'docker: "Package: *\\nPin: origin x\\nPin-Priority: high\\n"',
  'docker: "Package: *\\nPin: origin x\\nPin-Priority: 1\\nPackage: *\\nPin: origin x\\nPin-Priority: 1\\n"',
  '../docker: "Package: *\\nPin: origin x\\nPin-Priority: 1\\n"',
  'docker.bak: "Package: *\\nPin: origin x\\nPin-Priority: 1\\n"',
])('preferences such as %s are refused', (entry) => {
  expect(() => parseConfig(`${head}apt_preferences:\n  ${entry}\n`, 'devenv.yaml')).toThrow(DevenvError);
});
