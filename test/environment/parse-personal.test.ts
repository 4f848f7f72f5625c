import { describe, expect, it } from 'vitest';
import { parsePersonal } from '../../src/environment/parse-personal.ts';
import type { Problem } from '../../src/environment/problem.ts';
import { DevenvError } from '../../src/errors/devenv-error.ts';

const parse = (text: string) => parsePersonal(text, 'personal.yaml', '/home/kim');

function refuse(text: string): DevenvError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof DevenvError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('parsePersonal', () => {
  it('gives packages, variables and dotfiles', () => {
    const text =
      'packages: {apt: [vim, jq=1.6], npm: [tldr]}\nenv: {EDITOR: vim, N: 010}\ndotfiles: {source: ~/dots}\nx-mine: 1\n';
    expect(parse(text)).toEqual({
      packages: { apt: ['vim', 'jq=1.6'], npm: ['tldr'] },
      env: { EDITOR: 'vim', N: '010' },
      dotfiles: { kind: 'folder', source: '/home/kim/dots' },
    });
  });

  it.each([
    ['https://git.example.com/kim/dots.git', 'git'],
    ['ssh://git@git.example.com:2222/kim/dots', 'git'],
    ['git@git.example.com:kim/dots.git', 'git'],
    ['/srv/dots', 'folder'],
  ])('takes dotfiles from %s', (source, kind) => {
    expect(parse(`dotfiles: {source: '${source}', install: ./install.sh}`).dotfiles).toEqual({
      ...{ kind, source, install: './install.sh' },
    });
  });

  it.each([
    'https://kim:token@git.example.com/dots.git',
    'http://git.example.com/dots.git',
    'ssh://-oProxyCommand=x/dots',
    'file:///srv/dots',
    'ext::sh -c x',
    'dots',
    '../dots',
    '-u',
  ])('takes none from %s', (source) => {
    const error = refuse(`dotfiles: {source: '${source}'}`);
    expect([error.exitCode, error.at]).toEqual([3, 'personal.yaml:1:20']);
  });

  it('says everything that is wrong at once, with places and what was meant', () => {
    const error = refuse('pakages: {apt: [vim]}\nenv: {A=B: 1}\ndotfiles: {}\npackages: {apt: [git, git, "$(id)"]}\n');
    const problems = (error.data as { problems: Problem[] }).problems;
    expect(problems.map(({ line, column, path }) => `${String(line)}:${String(column)} ${path}`)).toEqual([
      '1:1 pakages',
      '2:7 env["A=B"]',
      '3:11 dotfiles.source',
      '4:23 packages.apt[1]',
      '4:28 packages.apt[2]',
    ]);
    expect(problems[0]?.suggestion).toBe('packages');
  });

  it.each(['', '- vim\n', 'services: {}\n', 'packages: {conda: [x]}\n', 'packages: {apt: [vim]}\npackages: {}\n'])(
    'refuses %j with status 3',
    (text) => {
      expect(refuse(text).exitCode).toBe(3);
    },
  );
});
