import { describe, expect, it } from 'vitest';
import type { Personal } from '../../../src/model/environment.ts';
import { planPersonal } from '../../../src/containers/personal/plan-personal.ts';
import { makeEnvironment } from '../../providers/make-environment.ts';

const nothing: Personal = { packages: {}, env: {} };
const plan = (personal: Partial<Personal>, team: Readonly<Record<string, string>> = {}) =>
  planPersonal({ ...nothing, ...personal }, makeEnvironment({ user: 'dev' }), team, 'identity');

describe('planPersonal', () => {
  it('makes no layer of variables alone, nor of what the team declares itself', () => {
    expect(plan({ env: { EDITOR: 'vim' } })).toBeUndefined();
    expect(plan({ packages: { apt: ['git=1:2'] } }, { 'apt:git': '*' })).toBeUndefined();
  });

  it('installs what is left between a beginning and an end, in one step', () => {
    const step = plan({ packages: { npm: ['tldr'], apt: ['vim', 'git'] } }, { 'apt:git': '*' });
    expect(step).toMatchObject({ id: 'personal', identity: 'identity', title: 'personal: install vim; install tldr' });
    const argvs = step?.actions.map((action) => (action.kind === 'exec' ? action.argv : [action.kind])) ?? [];
    expect(argvs.map((argv) => argv.filter((word) => /^(tldr@latest|vim|git)$/.test(word)))).toEqual([
      ...[[], ['vim'], ['tldr@latest'], []],
    ]);
  });

  it('hands an address to git as it is, and never through a shell', () => {
    const source = 'git@git.example.com:kim/$(id);.git';
    const step = plan({ dotfiles: { kind: 'git', source, install: './install.sh' } });
    const action = step?.actions[1];
    const argv = action?.kind === 'exec' ? action.argv : [];
    expect(argv.slice(3)).toEqual(['devenv', 'dev', '/home/dev', source, './install.sh']);
    expect(argv[2]).not.toContain('kim');
  });
});
