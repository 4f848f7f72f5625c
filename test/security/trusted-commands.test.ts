import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';
import { NodeProcesses } from '../../src/adapters/host/node-processes.ts';
import { PersonGit } from '../../src/adapters/host/person-git.ts';
import { projectCommandFiles } from '../../src/adapters/host/project-command-files.ts';
import { observeThisMachine } from '../../src/adapters/host/this-machine.ts';
import { TrustedPrograms } from '../../src/adapters/host/trusted-programs.ts';
import { provideSecrets } from '../../src/containers/secret-values/provide-secrets.ts';
import { parseConfig } from '../../src/environment/parse.ts';
import type { Context } from '../../src/ports/context.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'devenv-commands-'));
  folder = join(root, 'project');
  vi.stubEnv('XDG_CACHE_HOME', join(root, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const write = (path: string, text: string, mode = 0o755): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
};
const say = (text: string): string => `#!/bin/sh\necho ${text}\n`;
const declare = (command: readonly string[]): void =>
  write(
    'project/devenv.yaml',
    `version: 1\nname: x\nbase: debian:12\nsecrets: [{name: X, command: ${JSON.stringify(command)}}]\n`,
  );

/** Gets the value; `answer` is the person's to a question, nobody is there without one. `during`: just before the command runs. */
async function getValue(answer?: boolean, during?: () => void) {
  const told: string[] = [];
  const files = new NodeHostFiles();
  const programs = new TrustedPrograms(new NodeProcesses(), { folder });
  const context = {
    ...{ folder, files, programs, variables: {}, clock: Date, commandFiles: projectCommandFiles },
    processes: {
      run: (...args: Parameters<TrustedPrograms['run']>) => {
        during?.();
        return programs.run(...args);
      },
    },
    git: new PersonGit(programs, files),
    machine: { ...observeThisMachine(), stateFolder: join(root, 'state') },
    signal: new AbortController().signal,
    progress: { note: (line: string) => void told.push(line) },
    prompt: { interactive: answer !== undefined, confirm: async () => answer ?? false },
  };
  const environment = parseConfig(readFileSync(join(folder, 'devenv.yaml'), 'utf8'), 'devenv.yaml');
  const values = await provideSecrets(context as unknown as Context, { folder, environment });
  return { value: values.get('X'), told };
}
const refused = expect.objectContaining({ code: 'NOT_TRUSTED', exitCode: 9 });

describe('a command that somebody agreed to', () => {
  it.each([
    ['its program', ['./x.sh']],
    ['a program in a folder', ['scripts/x.sh']],
    ['an argument', ['sh', './x.sh']],
    ['an argument without a dot', ['sh', 'x.sh']],
    ['the value of an option', ['env', '--chdir=.', 'sh', 'x.sh']],
    ['a line for a shell', ['sh', '-c', 'cd . && sh x.sh;']],
    ['an absolute path', ['sh', 'PROJECT/x.sh']],
    ['an absolute path in a line for a shell', ['sh', '-c', 'exec PROJECT/x.sh']],
    ['a link elsewhere that leads here', ['ROOT/linked']],
    ['a link here', ['./link.sh']],
  ])('is a new question when the project changes the file that is %s', async (_, command) => {
    for (const path of ['x.sh', 'scripts/x.sh']) write(`project/${path}`, say('good'));
    symlinkSync('project/x.sh', join(root, 'linked'));
    symlinkSync('x.sh', join(folder, 'link.sh'));
    declare(command.map((word) => word.replace('PROJECT', folder).replace('ROOT', root)));
    await expect(getValue()).rejects.toEqual(refused);
    expect((await getValue(true)).value).toBe('good');
    expect((await getValue()).value).toBe('good');
    for (const path of ['x.sh', 'scripts/x.sh']) write(`project/${path}`, say('evil'));
    await expect(getValue()).rejects.toEqual(refused);
    const { value, told } = await getValue(true);
    expect([value, told.join('\n')]).toEqual(['evil', expect.stringContaining('(changed since you agreed)')]);
  });

  it('is a new question when a file appears that its words name, or one becomes a program', async () => {
    declare(['sh', '-c', 'if [ -x ./x.sh ]; then ./x.sh; else echo plain; fi']);
    expect((await getValue(true)).value).toBe('plain');
    write('project/x.sh', say('evil'), 0o644);
    await expect(getValue()).rejects.toEqual(refused);
    await getValue(true);
    chmodSync(join(folder, 'x.sh'), 0o755);
    await expect(getValue()).rejects.toEqual(refused);
  });

  it('runs what was agreed to, whatever the project holds a moment later', async () => {
    write('project/x.sh', say('good'));
    declare(['./x.sh']);
    await getValue(true);
    const { value } = await getValue(undefined, () => write('project/x.sh', say('evil')));
    expect(value).toBe('good');
    expect(readdirSync(join(root, 'cache/teamvm'))).toEqual([]);
  });

  it('finds nothing of the project that its words do not name', async () => {
    write('project/lib.sh', 'echo evil');
    write('project/x.sh', '#!/bin/sh\necho $(ls -A) alone\n');
    declare(['./x.sh']);
    expect((await getValue(true)).value).toBe('x.sh alone');
    write('project/bin/tool', say('evil'));
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`);
    declare(['tool']);
    await expect(getValue(true)).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });

  it('may not name a link that leaves the project, or a fifo', async () => {
    write('outside', say('evil'));
    mkdirSync(folder);
    symlinkSync('../outside', join(folder, 'x.sh'));
    declare(['./x.sh']);
    await expect(getValue(true)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('keeps its files out of the project when TMPDIR and the cache lie in it', async () => {
    write('project/x.sh', '#!/bin/sh\npwd\n');
    declare(['./x.sh']);
    for (const name of ['TMPDIR', 'XDG_CACHE_HOME']) vi.stubEnv(name, join(folder, 'own'));
    const { value = '' } = await getValue(true);
    expect(value).not.toContain(folder);
    expect(existsSync(value)).toBe(false);
  });
});
