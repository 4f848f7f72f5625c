import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
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
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerCredential, parseCredentialQuestion } from '../../src/containers/agents/answer-credential.ts';
import type { Context } from '../../src/ports/context.ts';
import { readGitPerson } from '../../src/session/read-git-person.ts';
import { readIdentity } from '../../src/adapters/host/read-identity.ts';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';
import { NodeProcesses } from '../../src/adapters/host/node-processes.ts';
import { PersonGit } from '../../src/adapters/host/person-git.ts';
import { TrustedPrograms } from '../../src/adapters/host/trusted-programs.ts';

/** Keys whose value git, or a program that git starts, would run, with `%` where the program stands. */
const commands: Readonly<Record<string, string>> = {
  'core.fsmonitor': '%',
  'core.pager': '%',
  'core.editor': '%',
  'core.sshCommand': '%',
  'core.askPass': '%',
  'core.gitProxy': '%',
  'core.alternateRefsCommand': '%',
  'sequence.editor': '%',
  'gpg.program': '%',
  'gpg.openpgp.program': '%',
  'gpg.ssh.program': '%',
  'gpg.ssh.defaultKeyCommand': '%',
  'gpg.x509.program': '%',
  'credential.helper': '!%',
  'credential.https://git.example.com.helper': '!%',
  'pager.config': '%',
  'pager.check-ignore': '%',
  'pager.credential': '%',
  'alias.config': '!%',
  'alias.credential': '!%',
  'alias.check-ignore': '!%',
  'diff.external': '%',
  'diff.evil.command': '%',
  'diff.evil.textconv': '%',
  'filter.evil.clean': '%',
  'filter.evil.smudge': '%',
  'filter.evil.process': '%',
  'merge.evil.driver': '%',
  'merge.tool': 'evil',
  'mergetool.evil.cmd': '%',
  'mergetool.evil.path': '%',
  'difftool.evil.cmd': '%',
  'difftool.evil.path': '%',
  'man.evil.cmd': '%',
  'browser.evil.cmd': '%',
  'guitool.evil.cmd': '%',
  'interactive.diffFilter': '%',
  'uploadpack.packObjectsHook': '%',
  'remote.origin.uploadpack': '%',
  'remote.origin.receivepack': '%',
  'remote.origin.vcs': 'ext',
  'remote.origin.proxy': 'http://127.0.0.1:1',
  'protocol.ext.allow': 'always',
  'submodule.evil.update': '!%',
  'trailer.evil.command': '%',
  'trailer.evil.cmd': '%',
  'sendemail.smtpServer': '%',
  'sendemail.toCmd': '%',
  'imap.tunnel': '%',
  'tar.evil.command': '%',
  'instaweb.httpd': '%',
  'http.proxy': 'http://127.0.0.1:1',
  'url.ext::%.insteadOf': 'https://git.example.com/',
  'trace2.eventTarget': '%',
  'core.worktree': '/',
  'core.attributesFile': '%',
  'core.excludesFile': '%',
  'user.signingkey': '@',
};

/** In the place of git's own values where one run of git needs a valid one. */
const attributes = '* filter=evil diff=evil merge=evil text\n';

let root: string;
let folder: string;
let marks: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'devenv-security-'));
  folder = join(root, 'project');
  marks = join(root, 'marks');
  for (const path of [folder, marks, join(root, 'home')]) mkdirSync(path);
  write('project/devenv.yaml', 'version: 1\n');
  write('project/.gitignore', '.env.local\n');
  write('project/.env.local', 'A=1\n');
  vi.stubEnv('HOME', join(root, 'home'));
  vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
  vi.stubEnv('GIT_CONFIG_GLOBAL', undefined);
  git('init', '-q');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const write = (path: string, text: string, mode = 0o644): string => {
  const place = join(root, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
  chmodSync(place, mode);
  return place;
};
const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
/** A program that leaves a mark of that name when somebody runs it. */
const makeMark = (name: string): string =>
  write(`programs/${name}`, `#!/bin/sh\ntouch '${marks}/${name}'\necho username=evil\necho password=evil\n`, 0o755);
/** Adds a setting to a file of git's configuration. */
const set = (file: string, key: string, value: string): void => {
  const [, section = '', part, name = ''] = /^([^.]+)(?:\.(.+))?\.([^.]+)$/.exec(key) ?? [];
  appendFileSync(file, `[${section}${part === undefined ? '' : ` "${part}"`}]\n\t${name} = "${value}"\n`);
};
/** Writes every key that runs a program. */
const arm = (file: string): void => {
  for (const [key, value] of Object.entries(commands)) {
    const mark = makeMark(key.replaceAll(/[^\w.]/g, '_'));
    set(file, key.replace('%', mark), value.replace('%', mark));
  }
  set(file, 'remote.origin.url', 'https://git.example.com/x.git');
};
const world = (): Context => {
  const files = new NodeHostFiles();
  const programs = new TrustedPrograms(new NodeProcesses(), { folder });
  const own = new PersonGit(programs, files);
  return { git: own, files, programs, processes: programs, variables: process.env } as unknown as Context;
};

/** Everything for which devenv runs git about a project. */
async function useGit(): Promise<Record<string, unknown>> {
  const context = world();
  const [own, repository] = await Promise.all([context.git.readSettings(folder), context.git.readRepository(folder)]);
  const hosts = new Set(['https://git.example.com']);
  const ask = (operation: string, ...more: string[]): Promise<string> =>
    answerCredential(
      context,
      folder,
      hosts,
      [operation, 'protocol=https', 'host=git.example.com', ...more, ''].join('\n'),
    );
  return {
    author: await readIdentity(context.git, { user: 'ann', hostname: 'box' }, folder, {}),
    person: await readGitPerson(context, own, repository),
    ignored: await context.git.judgeFile(folder, '.env.local'),
    fill: await ask('get'),
    store: await ask('store', 'username=a', 'password=b'),
    erase: await ask('erase', 'username=a', 'password=b'),
  };
}

const found = (): readonly string[] => readdirSync(marks);

describe('git on this machine', () => {
  it('runs the programs of a repository when devenv does not stand between', () => {
    arm(join(folder, '.git/config'));
    execFileSync('git', ['check-ignore', '-q', '.env.local'], { cwd: folder });
    expect(found()).toEqual(['core.fsmonitor']);
  });

  const places: Readonly<Record<string, () => void>> = {
    'its configuration': () => arm(join(folder, '.git/config')),
    'the configuration of a worktree': () => {
      set(join(folder, '.git/config'), 'extensions.worktreeConfig', 'true');
      arm(join(folder, '.git/config.worktree'));
    },
    'an include': () => {
      const file = write('project/included', '');
      arm(file);
      set(join(folder, '.git/config'), 'include.path', '../included');
      set(join(folder, '.git/config'), 'includeIf.gitdir:**.path', '../included');
    },
    'a .git file that leads elsewhere': () => {
      arm(join(folder, '.git/config'));
      git('config', '--local', 'core.bare', 'false');
      execFileSync('mv', [join(folder, '.git'), join(folder, 'other')]);
      write('project/.git', 'gitdir: other\n');
    },
    'a .git link that leads elsewhere': () => {
      arm(join(folder, '.git/config'));
      execFileSync('mv', [join(folder, '.git'), join(folder, 'other')]);
      symlinkSync('other', join(folder, '.git'));
    },
    'a common folder elsewhere': () => {
      execFileSync('cp', ['-r', join(folder, '.git'), join(folder, 'other')]);
      arm(join(folder, 'other/config'));
      write('project/.git/commondir', '../other\n');
    },
    'a folder that looks like a bare repository': () => {
      arm(join(folder, '.git/config'));
      execFileSync('sh', ['-c', 'cp -r .git/. . && rm -rf .git'], { cwd: folder });
    },
    attributes: () => {
      arm(join(folder, '.git/config'));
      write('project/.gitattributes', attributes);
      write('project/.git/info/attributes', attributes);
    },
  };

  it.each(Object.keys(places))('runs nothing that is named by %s', async (place) => {
    git('add', '.gitignore');
    places[place]?.();
    const seen = await useGit();
    expect(found()).toEqual([]);
    expect(seen).toMatchObject({ fill: '', store: '', erase: '', author: 'ann@box', person: { config: [] } });
    expect(seen['person']).not.toHaveProperty('openpgp');
    expect(seen['ignored']).toBe(place.includes('bare') ? 'no repository' : 'ignored');
  });

  it('runs no hook of a repository', async () => {
    const hooks = execFileSync('sh', ['-c', 'git help githooks 2>/dev/null; true'], { encoding: 'utf8' });
    const named = new Set([...hooks.matchAll(/^ {3}([a-z0-9-]+)$/gm)].map(([, name = '']) => name));
    const all = [...named, 'fsmonitor-watchman', 'post-index-change', 'pre-auto-gc', 'reference-transaction'];
    for (const hook of all) execFileSync('cp', [makeMark(`hook-${hook}`), join(folder, '.git/hooks', hook)]);
    await useGit();
    expect(found()).toEqual([]);
  });

  it('takes no value of a repository for any key that git knows', async () => {
    const before = await useGit();
    const mark = makeMark('any');
    const keys = execFileSync('git', ['help', '--config-for-completion'], { encoding: 'utf8' }).split('\n');
    const rows = keys.flatMap((key) => {
      const name = key.replaceAll(/<[^>]*>|\*/g, 'evil').replace(/\.$/, '.evil');
      const [section = '', ...rest] = name.split('.');
      const last = rest.pop();
      if (last === undefined || /^(user|remote)$/.test(section)) return [];
      return `[${section}${rest.length === 0 ? '' : ` "${rest.join('.')}"`}]\n\t${last} = ${mark}\n`;
    });
    expect(rows.length).toBeGreaterThan(400);
    writeFileSync(join(folder, '.git/config'), rows.join(''));
    expect(await useGit()).toEqual(before);
    expect(found()).toEqual([]);
  });

  it('takes helpers, excludes and conditional includes of the person', async () => {
    const helper = write('helper.sh', '#!/bin/sh\necho username=ann; echo password=pw\n', 0o755);
    write('home/.gitconfig', `[credential]\nhelper = ${helper}\n[includeIf "gitdir:${root}/"]\npath = work\n`);
    write('home/work', `[user]\nname = Ann\n[core]\nexcludesFile = ${write('ignored', '*.secret\n')}\n`);
    write('project/.git/info/exclude', 'own\n');
    set(join(folder, '.git/config'), 'remote.origin.url', 'https://git.example.com/x.git');
    const { author, fill } = await useGit();
    expect([author, fill]).toEqual(['Ann <ann@box>', expect.stringContaining('password=pw')]);
    const judged = ['a.secret', 'own', 'other'].map((name) => world().git.judgeFile(folder, name));
    expect(await Promise.all(judged)).toEqual(['ignored', 'ignored', 'exposed']);
  });

  it('knows what is tracked, in a worktree and with SHA-256 too', async () => {
    const commit = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'x'];
    git('add', '-f', '.');
    expect(await world().git.judgeFile(folder, '.env.local')).toBe('exposed');
    git(...commit);
    const tree = join(root, 'tree');
    git('worktree', 'add', '-q', tree);
    expect(await world().git.judgeFile(tree, '.env.local')).toBe('exposed');
    expect(await world().git.judgeFile(tree, 'sub/.env.local')).toBe('ignored');
    rmSync(join(folder, '.git'), { recursive: true });
    git('init', '-q', '--object-format=sha256');
    expect(await world().git.judgeFile(folder, '.env.local')).toBe('ignored');
    git('add', '-f', '.');
    expect(await world().git.judgeFile(folder, '.env.local')).toBe('exposed');
  });

  it('does not take a repository that git fails on for none', async () => {
    writeFileSync(join(folder, '.git/index'), 'DIRC nonsense');
    expect(await world().git.judgeFile(folder, '.env.local')).toBe('unknown');
  });

  it('reads the name and the mail of a repository as text, and lets the git inside read them itself', async () => {
    write('home/.gitconfig', '[user]\nname = Ann\nemail = ann@home.example\n');
    git('config', 'user.email', 'ann@work.example');
    const { author, person } = await useGit();
    expect([author, person]).toEqual(['Ann <ann@work.example>', { config: [['user.name', 'Ann']] }]);
  });

  it('is not sent elsewhere by variables of a git that runs devenv in a hook', async () => {
    arm(write('elsewhere/config', ''));
    vi.stubEnv('GIT_DIR', join(root, 'elsewhere'));
    vi.stubEnv('GIT_CONFIG', join(root, 'elsewhere/config'));
    expect((await useGit())['author']).toBe('ann@box');
    expect(found()).toEqual([]);
  });
});

describe('a question for a login', () => {
  const ask = (...lines: string[]): string | undefined =>
    parseCredentialQuestion(['get', ...lines, ''].join('\n'))?.text;

  it('keeps what git asks with', () => {
    expect(ask('protocol=https', 'host=git.example.com', 'path=x.git', 'odd=1')).toBe(
      'protocol=https\nhost=git.example.com\npath=x.git\n\n',
    );
  });

  it.each([
    ['two hosts', ['protocol=https', 'host=git.example.com', 'host=other.example.com']],
    ['a carriage return', ['protocol=https', 'host=git.example.com\rhost=other.example.com']],
    ['a host that holds a path', ['protocol=https', 'host=git.example.com/@other.example.com']],
    ['another protocol', ['protocol=smtp', 'host=git.example.com']],
    ['no host', ['protocol=https']],
  ])('is none with %s', (_, lines) => {
    expect(ask(...lines)).toBeUndefined();
  });

  it('has no address in place of the host', () => {
    expect(ask('protocol=https', 'host=git.example.com', 'url=https://other.example.com')).not.toContain('other');
  });
});

describe('programs of this machine', () => {
  const find = (path: string, name = 'git'): string | undefined =>
    new TrustedPrograms(new NodeProcesses(), { folder, path }).find(name);
  const place = (path: string): string => dirname(write(`${path}/git`, '#!/bin/sh\n', 0o755));

  it.each([
    ['the project', () => place('project')],
    ['a folder of the project', () => place('project/node_modules/.bin')],
    [
      'a link to a folder of the project',
      () => {
        place('project/bin');
        symlinkSync(join(folder, 'bin'), join(root, 'linked'));
        return join(root, 'linked');
      },
    ],
    [
      'another project',
      () => {
        write('other/devenv.yaml', '');
        return place('other/bin');
      },
    ],
    [
      'a link to a program of the project',
      () => {
        mkdirSync(join(root, 'local'));
        symlinkSync(join(place('project/bin'), 'git'), join(root, 'local/git'));
        return join(root, 'local');
      },
    ],
    [
      'a folder named from here',
      () => {
        place('project/bin');
        return 'bin:.::./bin';
      },
    ],
  ])('are not found in %s', (_, make) => {
    expect(find(`${make()}:/usr/bin`)).toBe('/usr/bin/git');
  });

  it('stay hidden when devenv.yaml vanishes after the start', () => {
    const programs = new TrustedPrograms(new NodeProcesses(), { folder, path: `${place('project/bin')}:/usr/bin` });
    rmSync(join(folder, 'devenv.yaml'));
    expect(programs.find('git')).toBe('/usr/bin/git');
  });

  it('are found elsewhere, and start others from there alone', async () => {
    const own = place('own');
    const path = `${place('project/bin')}:${own}:/usr/bin:/bin`;
    expect(find(path)).toBe(join(own, 'git'));
    const programs = new TrustedPrograms(new NodeProcesses(), { folder, path });
    expect((await programs.run(['sh', '-c', 'pwd; echo "$PATH"'])).stdout).toBe(`/\n${own}:/usr/bin:/bin\n`);
    expect(await programs.run(['no-such-program'])).toMatchObject({ exitCode: 127 });
    expect(existsSync(join(root, 'marks/any'))).toBe(false);
  });

  it('are started by these modules alone', () => {
    const sources = join(import.meta.dirname, '../../src');
    const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const starting = files.filter((file) =>
      /(?:from |import\()'(?:node:child_process|execa)'/.test(readFileSync(join(sources, file), 'utf8')),
    );
    expect(starting.map((file) => basename(file)).sort()).toEqual([
      ...['attach-terminal.ts', 'node-processes.ts', 'notice-update.ts', 'ssh-socket.ts', 'start-local-helper.ts'],
    ]);
  });
});
