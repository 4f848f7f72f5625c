import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameWorkspace } from '../../src/screen/name-workspace.ts';

const commands = resolve(import.meta.dirname, '../../src/commands');

describe('a text for people about another workspace than main', () => {
  it('names it in the commands that it advises', () => {
    const text =
      'Commit them with `devenv commit`, or run `devenv up --carry`: `devenv snapshot restore 1` brings it back.';
    expect(nameWorkspace(text, 'try')).toBe(
      'Commit them with `devenv commit --name try`, or run `devenv up --name try --carry`: `devenv snapshot restore --name try 1` brings it back.',
    );
    expect(nameWorkspace(text, 'main')).toBe(text);
  });

  it('leaves commands that name one, and commands of the whole project', () => {
    const text = 'Run `devenv shell --name look`, `devenv push`, `devenv -C ../shop-agent shell` or `devenv snapshot`.';
    expect(nameWorkspace(text, 'try')).toBe(text);
  });

  it('knows every command that takes --name', () => {
    const files = readdirSync(commands, { recursive: true, encoding: 'utf8' });
    const taking = files
      .filter(
        (file) => file.endsWith('.ts') && readFileSync(join(commands, file), 'utf8').includes('name: workspaceFlag'),
      )
      .map((file) => file.replace(/\.ts$/, '').replace('/', ' '));
    expect(taking).toContain('snapshot restore');
    for (const words of taking)
      expect(nameWorkspace(`\`devenv ${words}\``, 'try')).toBe(`\`devenv ${words} --name try\``);
  });
});
