import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setImmediate } from 'node:timers/promises';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';
import { NodeProcesses } from '../../src/adapters/host/node-processes.ts';
import { PersonGit } from '../../src/adapters/host/person-git.ts';
import { projectCommandFiles } from '../../src/adapters/host/project-command-files.ts';
import { observeThisMachine } from '../../src/adapters/host/this-machine.ts';
import { TrustedPrograms } from '../../src/adapters/host/trusted-programs.ts';
import { agreeLogins, listLogins } from '../../src/containers/agents/agree-logins.ts';
import { provideSecrets } from '../../src/containers/secret-values/provide-secrets.ts';
import { parseConfig } from '../../src/environment/parse.ts';
import { manageTrust } from '../../src/machine/trust.ts';
import type { Context } from '../../src/ports/context.ts';
import { renderTrust } from '../../src/screen/render/render-trust.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'devenv-lent-'));
  folder = join(root, 'project');
  mkdirSync(folder);
  vi.stubEnv('HOME', root);
  vi.stubEnv('GIT_CONFIG_SYSTEM', '/dev/null');
  vi.stubEnv('GIT_CONFIG_GLOBAL', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

/** A command that somebody gives: `answer` is theirs to every question; nobody is there without one. */
function person(variables: Record<string, string> = {}, answer?: boolean, yes = false) {
  const files = new NodeHostFiles();
  const programs = new TrustedPrograms(new NodeProcesses(), { folder });
  const [asked, told]: [string[], string[]] = [[], []];
  const context = {
    ...{ folder, files, programs, processes: programs, variables, clock: Date },
    git: new PersonGit(programs, files),
    machine: { ...observeThisMachine(), stateFolder: join(root, 'state') },
    commandFiles: projectCommandFiles,
    signal: new AbortController().signal,
    progress: { note: (line: string) => void told.push(line) },
    prompt: {
      interactive: answer !== undefined,
      confirm: async (question: string) => {
        asked.push(question);
        return answer ?? yes;
      },
      secret: async () => 'typed',
    },
  };
  return { context: context as unknown as Context, asked, told };
}

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const declare = (yaml: string): void => write('devenv.yaml', `version: 1\nname: x\nbase: debian:12\n${yaml}`);
const environment = () => parseConfig(readFileSync(join(folder, 'devenv.yaml'), 'utf8'), 'devenv.yaml');
const secretsOf = async (context: Context): Promise<Record<string, string>> =>
  Object.fromEntries(await provideSecrets(context, { folder, environment: environment() }));
const refused = expect.objectContaining({ code: 'NOT_TRUSTED', exitCode: 9 });

describe('a variable of the person', () => {
  const variables = { NPM_TOKEN: 'one', AWS_SECRET_ACCESS_KEY: 'two' };

  it('is not taken before somebody agreed to its name', async () => {
    declare('secrets: [NPM_TOKEN]\n');
    await expect(secretsOf(person(variables).context)).rejects.toEqual(refused);
    await expect(secretsOf(person(variables, false).context)).rejects.toEqual(refused);
    expect(await secretsOf(person(variables, true).context)).toEqual({ NPM_TOKEN: 'one' });
    expect(await secretsOf(person(variables).context)).toEqual({ NPM_TOKEN: 'one' });
  });

  it('is a new question when the project adds a name', async () => {
    declare('secrets: [NPM_TOKEN]\n');
    await secretsOf(person(variables, true).context);
    declare('secrets: [NPM_TOKEN, AWS_SECRET_ACCESS_KEY]\n');
    await expect(secretsOf(person(variables).context)).rejects.toMatchObject({
      data: { missing: [{ kind: 'variable', content: 'AWS_SECRET_ACCESS_KEY' }] },
    });
    const { context, asked, told } = person(variables, true);
    expect(await secretsOf(context)).toEqual(variables);
    expect(asked).toHaveLength(1);
    expect(told.filter((line) => line.startsWith('+ '))).toEqual([
      '+ secrets: takes AWS_SECRET_ACCESS_KEY from your environment',
    ]);
  });

  it('needs no agreement when the value comes from the project or from the keyboard', async () => {
    declare('secrets: [NPM_TOKEN, OTHER]\n');
    write('.env.local', 'NPM_TOKEN=of the project\n');
    const { context, asked } = person({}, true);
    expect(await secretsOf(context)).toEqual({ NPM_TOKEN: 'of the project', OTHER: 'typed' });
    expect(asked).toEqual([]);
  });

  it('stays agreed to in a terminal that does not set it, and after other answers', async () => {
    declare('secrets: [NPM_TOKEN]\n');
    await secretsOf(person(variables, true).context);
    declare('secrets: [NPM_TOKEN]\nvolumes: ["/srv/x:/x"]\n');
    await manageTrust(person({}, true).context, 'grant');
    expect(await secretsOf(person(variables).context)).toEqual({ NPM_TOKEN: 'one' });
  });

  it('is one question together with mounts and commands, and one command in scripts', async () => {
    declare('secrets: [NPM_TOKEN, {name: X, command: [echo, x]}]\nvolumes: ["/srv/x:/x"]\n');
    const { context, asked } = person(variables, true);
    await secretsOf(context);
    expect(asked).toHaveLength(1);
    await manageTrust(person(variables).context, 'revoke');
    await expect(secretsOf(person(variables).context)).rejects.toEqual(refused);
    expect(await manageTrust(person(variables, undefined, true).context, 'grant')).toMatchObject({ trusted: true });
    expect(await secretsOf(person(variables).context)).toEqual({ NPM_TOKEN: 'one', X: 'x' });
  });

  it('is never part of what is kept or shown', async () => {
    declare('secrets: [NPM_TOKEN]\n');
    const { context, asked, told } = person({ NPM_TOKEN: 'value-77' }, true);
    await secretsOf(context);
    const kept = readdirSync(join(root, 'state')).map((file) => readFileSync(join(root, 'state', file), 'utf8'));
    expect([...kept, ...asked, ...told].join('\n')).not.toContain('value-77');
  });
});

describe('.env.local', () => {
  const outside = () => writeFileSync(join(root, 'outside'), 'A=of the person\n');

  it.each([
    ['a link out of the project', () => symlinkSync('../outside', join(folder, '.env.local'))],
    [
      'a link over another link',
      () => {
        symlinkSync('..', join(folder, 'up'));
        symlinkSync('up/outside', join(folder, '.env.local'));
      },
    ],
    ['a fifo', () => execFileSync('mkfifo', [join(folder, '.env.local')])],
    ['a folder', () => mkdirSync(join(folder, '.env.local'))],
    ['a device', () => symlinkSync('/dev/zero', join(folder, '.env.local'))],
  ])('is refused when it is %s', async (_, make) => {
    declare('secrets: [A]\n');
    outside();
    make();
    await expect(secretsOf(person({}, true).context)).rejects.toMatchObject({ code: 'CONFIG_INVALID', exitCode: 3 });
  });

  it('may be a link to another file of the project', async () => {
    declare('secrets: [A]\n');
    write('values', 'A=1\n');
    symlinkSync('values', join(folder, '.env.local'));
    expect(await secretsOf(person({}, true).context)).toEqual({ A: '1' });
  });

  it.each([
    ['it', '.env.local', ['plain', 'link']],
    ['its folder', 'd/outside', ['real', 'linked']],
  ] as const)('is never another file while %s is exchanged all the time', async (_, path, [inside, out]) => {
    outside();
    write('plain', 'A=mine\n');
    symlinkSync('../outside', join(folder, 'link'));
    symlinkSync('..', join(folder, 'linked'));
    mkdirSync(join(folder, 'real'));
    write('real/outside', 'A=mine\n');
    const files = new NodeHostFiles();
    // In this process, between the steps of a read: a program beside it may not run at all on a busy machine.
    const place = join(folder, path.split('/')[0] ?? '');
    let there: string = inside;
    const exchange = (): void => {
      renameSync(place, join(folder, there));
      there = there === inside ? out : inside;
      renameSync(join(folder, there), place);
    };
    renameSync(join(folder, there), place);
    const seen = new Set<string | undefined>();
    for (let turn = 0; turn < 2_000; turn += 1) {
      let over = false;
      const read = files.readText(join(folder, path), 1_000, folder).catch(() => 'refused');
      void read.then(() => (over = true));
      // After another number of steps each time.
      for (let step = 0; step < turn % 7 && !over; step += 1) await setImmediate();
      exchange();
      seen.add(await read);
    }
    expect(seen).not.toContain('A=of the person\n');
    expect(seen).toContain('A=mine\n');
    expect(seen).toContain('refused');
  });
});

describe('a git login', () => {
  const remote = (name: string, url: string): unknown =>
    execFileSync('git', ['remote', 'add', name, url], { cwd: folder });
  const logins = async (context: Context) =>
    listLogins(await context.git.readSettings(folder), await context.git.readRepository(folder));
  const hostsOf = async (context: Context): Promise<readonly string[]> => [
    ...(await agreeLogins(context, folder, await logins(context))),
  ];
  beforeEach(() => {
    declare('');
    writeFileSync(join(root, '.gitconfig'), '[credential]\nhelper = store\n');
    execFileSync('git', ['init', '-q'], { cwd: folder });
    remote('origin', 'https://git.example.com/x.git');
  });

  it('is lent for a host after one question, and not without a terminal', async () => {
    await expect(hostsOf(person().context)).rejects.toEqual(refused);
    const { context, asked } = person({}, true);
    expect(await hostsOf(context)).toEqual(['https://git.example.com']);
    expect(asked).toEqual(['Lend your git login for https://git.example.com to this project?']);
    expect(await hostsOf(person().context)).toEqual(['https://git.example.com']);
  });

  it('is a new question for a host that the project adds', async () => {
    await hostsOf(person({}, true).context);
    remote('other', 'https://ann@other.example.com:8443/me/private');
    remote('third', 'http://git.example.com/x');
    await expect(hostsOf(person().context)).rejects.toMatchObject({
      data: { missing: [{ content: 'https://other.example.com:8443' }, { content: 'http://git.example.com' }] },
    });
  });

  it('is asked about once when the answer was no', async () => {
    expect(await hostsOf(person({}, false).context)).toEqual([]);
    expect(await hostsOf(person().context)).toEqual([]);
    expect(renderTrust(await manageTrust(person().context, 'show'), 'show')).toContain('You declined:');
    await manageTrust(person({}, undefined, true).context, 'grant');
    expect(await hostsOf(person().context)).toEqual(['https://git.example.com']);
  });

  it('is shown and revoked by devenv trust', async () => {
    await hostsOf(person({}, true).context);
    const show = async (): Promise<string> => renderTrust(await manageTrust(person().context, 'show'), 'show');
    expect(await show()).toBe(
      `${folder} requests this, and you agreed:\n  git remotes: uses your git login for https://git.example.com`,
    );
    await manageTrust(person().context, 'revoke');
    expect(await show()).toContain('and you did not agree:\n  git remotes: uses your git login');
    await expect(hostsOf(person().context)).rejects.toEqual(refused);
  });

  it('takes nothing away from what was agreed to before', async () => {
    declare('volumes: ["/srv/x:/x"]\n');
    const grant = {
      ...person({}, undefined, true).context,
      git: { readSettings: async () => new Map(), readRepository: async () => new Map() },
    };
    await manageTrust(grant as unknown as Context, 'grant');
    await hostsOf(person({}, true).context);
    expect(await manageTrust(person().context, 'show')).toMatchObject({ trusted: true });
  });

  it('needs no question where git has no helper, or the remotes need no login', async () => {
    writeFileSync(join(root, '.gitconfig'), '');
    expect(await hostsOf(person().context)).toEqual([]);
    writeFileSync(join(root, '.gitconfig'), '[credential "https://git.example.com"]\nhelper = store\n');
    expect(await logins(person().context)).toHaveLength(1);
    execFileSync('git', ['remote', 'set-url', 'origin', 'git@git.example.com:x.git'], { cwd: folder });
    expect(await hostsOf(person().context)).toEqual([]);
  });
});
