import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, program, runDevenv } from '../run-devenv.ts';

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));

describe('a command line', () => {
  it('is answered with the version', async () => {
    const { status, stdout } = await runDevenv(['--version']);
    expect(stdout).toBe(`@teamvm/devenv/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
    expect(status).toBe(0);
  });

  it.each([[[]], [['help']], [['--help']]])(
    'without a command (%j) is answered with the list of commands',
    async (argv) => {
      const { status, stdout, stderr } = await runDevenv(argv);
      expect(stdout).toMatch(/^ {2}up +Create and start the workspace/m);
      expect(stdout).toMatch(/^ {2}config schema +Print the JSON Schema/m);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  it('may ask for the help of a command in three ways', async () => {
    const asked = [
      ['up', '--help'],
      ['help', 'up'],
      ['up', '-h'],
    ].map((argv) => runDevenv(argv));
    const [first, ...others] = await Promise.all(asked);
    expect(first?.stdout).toContain('$ devenv up [');
    for (const other of others) expect(other).toEqual(first);
  });

  it('takes no argument from stdin', () => {
    const { status, stderr } = spawnSync(process.execPath, [program, 'rollback'], { input: '1\n', encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('version')]);
  });

  it('names a command of a topic with a space', async () => {
    const { status, stdout } = await runDevenv(['config', 'schema']);
    expect(JSON.parse(stdout)).toHaveProperty('properties.version');
    expect(status).toBe(0);
  });

  it('that names a topic alone lists its commands', async () => {
    expect((await runDevenv(['config'])).stdout).toContain('config schema');
  });

  it.each([
    ['shel', 'Did you mean `devenv shell`?'],
    ['confg schema', 'Did you mean `devenv config`?'],
    ['config shcema', 'Did you mean `devenv config schema`?'],
    ['frobnicate', 'See `devenv help`.'],
    ['__proto__', 'See `devenv help`.'],
    ['constructor', 'See `devenv help`.'],
    ['up --frozn', 'Did you mean --frozen?'],
    ['up --jsn', 'Did you mean --json?'],
    ['pull extra', 'See `devenv pull --help`.'],
    ['help nosuch', 'See `devenv help`.'],
    ['help snapshot nosuch', 'Did you mean `devenv snapshot push`?'],
    ['--nosuch', 'See `devenv help`.'],
    ['--verbos', 'Did you mean --verbose?'],
    ['commit -m', 'See `devenv commit --help`.'],
    ['status --name', 'See `devenv status --help`.'],
    ['status --name Bad', 'Use up to 31 lower-case letters, digits and dashes, and start with a letter or digit.'],
    ['exec', 'See `devenv exec --help`.'],
    ['commit -m x --pin all', 'See `devenv commit --help`.'],
    ['up --carry --discard', 'See `devenv up --help`.'],
    ['up --take mine', 'See `devenv up --help`.'],
    ['show two', 'See `devenv show --help`.'],
    ['start', 'Use `devenv up`.'],
    ['stop', 'Use `devenv down`.'],
    ['run test --all', 'List tasks with `devenv run --list`. Run other commands with `devenv exec`.'],
    ['rm', 'Use `devenv destroy`.'],
    ['list', 'Use `devenv ls`.'],
    ['ssh', 'Use `devenv shell`.'],
    ['checkout 3', 'Use `devenv rollback 3`.'],
    ['up -d', '`devenv up` always runs in the background.'],
    ['exec -it sh', '`devenv exec` uses your terminal without -it.'],
    ['exec -u root id', 'Add --root to run as root. Other commands run as the user of devenv.yaml.'],
    ['down -v', 'Use `devenv destroy --volumes`.'],
    ['commit', 'Add `-m "what was added, and why"`.'],
    ['commit jq', 'Write the message after -m: `devenv commit -m "what was added, and why"`.'],
    ['destroy try', 'To choose a workspace, write `--name try`.'],
    ['up db', '`devenv up` starts all services. To choose a workspace, write `--name db`.'],
    ['export dockerfil', 'Did you mean dockerfile?'],
  ])('devenv %s: status 2 and %s', async (line, hint) => {
    const { status, stdout, stderr } = await runDevenv(line.split(' '));
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(`\n${hint}\n`);
    expect(stderr).not.toMatch(/\t|See more help|Parsing|INTERNAL|report this/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it.each([
    ['commit -m', '--message needs a value.'],
    ['exec', '`devenv exec` needs the argument COMMAND: the command and its arguments.'],
    ['up extra', '`devenv up` does not take the argument "extra".'],
    [
      'export',
      '`devenv export` needs the argument FORMAT: devcontainer, dockerfile, compose, kubernetes, github, gitlab.',
    ],
    ['bundle export', '--output is required.'],
    ['diff 1..2', '"1..2" is not a whole number.'],
    ['export tar', '"tar" is not one of devcontainer, dockerfile, compose, kubernetes, github, gitlab.'],
    ['up --carry --discard', '--carry cannot be used with --discard.'],
    ['up --take mine', '--take needs --carry.'],
  ])('devenv %s is told: %s', async (line, message) => {
    expect((await runDevenv(line.split(' '))).stderr.split('\n')[0]).toBe(`error: ${message}`);
  });

  it('says that the current folder was removed', () => {
    const script = 'cd "$(mktemp -d)" && rmdir "$PWD" && exec "$0" "$1" status';
    const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8' });
    expect(stderr).toBe(
      'error: The current folder was removed.\nChange to another folder, and run the same command again.\n',
    );
    expect(status).toBe(1);
  });

  it('lists every command in the help, in groups', async () => {
    const { stdout } = await runDevenv(['help']);
    const files = readdirSync(resolve(import.meta.dirname, '../../src/commands'), {
      recursive: true,
      encoding: 'utf8',
    });
    const names = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3).replace('/', ' '));
    const listed = [...stdout.matchAll(/^ {2}([a-z-]+(?: [a-z]+)?) {2,}/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual(names.toSorted());
    expect(stdout.match(/^[A-Z].*$/gm)).toEqual(expect.arrayContaining(['Start', 'Daily work', 'Versions', 'Data']));
  });

  it.each([60, 200])('keeps the help within %i columns, with the summaries in one column', async (columns) => {
    for (const argv of [['help'], ['snapshot']]) {
      const { stdout } = await runDevenv(argv, { env: { COLUMNS: String(columns) } });
      const lines = stdout.split('\n').filter((line) => line.startsWith('  '));
      expect(lines.length).toBeGreaterThan(4);
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      const starts = lines.flatMap((line) => /^ {2}\S+(?: \S+)? {2,}/.exec(line)?.[0].length ?? []);
      expect(new Set(starts).size).toBe(1);
    }
  });

  it('takes global flags before the command, too', async () => {
    using folder = makeFolder();
    const before = await runDevenv(['-C', folder.path, 'plan']);
    const after = await runDevenv(['plan', '-C', folder.path]);
    expect(before.stderr).toContain(folder.path);
    expect(before).toEqual(after);
  });

  it('leaves the flags of the command that exec runs alone', async () => {
    using folder = makeFolder();
    for (const argv of [
      ['exec', 'ls', '--help'],
      ['exec', '--root', '--name', 'main', 'ls', '--nonsense'],
      ['exec', '--', 'ls', '-h'],
    ]) {
      const { status, stderr } = await runDevenv(argv, { cwd: folder.path });
      expect(stderr).toContain('There is no devenv.yaml');
      expect(status).toBe(3);
    }
    expect((await runDevenv(['exec', '--help'])).stdout).toContain('$ devenv exec');
  });
});

describe('an error', () => {
  it('is one JSON document on stdout under --json', async () => {
    using folder = makeFolder();
    const { status, stdout, stderr } = await runDevenv(['plan', '--json'], { cwd: folder.path });
    const { error } = JSON.parse(stdout);
    expect(error).toMatchObject({ code: 'CONFIG_NOT_FOUND', exitCode: 3 });
    expect(error.suggestions).toEqual([expect.stringContaining('devenv init')]);
    expect(error).not.toHaveProperty('stack');
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
  });

  it('is a JSON document even where the command is unknown', async () => {
    const { status, stdout } = await runDevenv(['upp', '--json']);
    expect(JSON.parse(stdout).error.code).toBe('USAGE');
    expect(status).toBe(2);
  });

  it('is for people where --json belongs to the command that exec runs', async () => {
    using folder = makeFolder();
    const { stdout, stderr } = await runDevenv(['exec', 'ls', '--json'], { cwd: folder.path });
    expect(stdout).toBe('');
    expect(stderr).toContain('There is no devenv.yaml');
  });

  it('shows where it came from with --verbose alone', async () => {
    using folder = makeFolder();
    const [plain, verbose] = await Promise.all(
      [['plan'], ['plan', '--verbose']].map((argv) => runDevenv(argv, { cwd: folder.path })),
    );
    expect(plain?.stderr).not.toContain('    at ');
    expect(verbose?.stderr).toContain('CONFIG_NOT_FOUND, exit status 3');
    expect(verbose?.stderr).toContain('    at ');
  });

  it('cannot drive the terminal', async () => {
    const { stderr } = await runDevenv(['\u001b[31mred\u202e\u0007']);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).not.toContain('\u202e');
    expect(stderr).not.toContain('\u0007');
  });
});

describe('a home folder that cannot be used', () => {
  it.each(['/proc', '/nonexistent'])('ends a command that writes, and makes nothing: %s', async (HOME) => {
    using folder = makeFolder();
    writeFileSync(join(folder.path, 'devenv.yaml'), 'version: 1\nname: shop\nbase: debian:12\nsecrets: [A]\n');
    const env = { HOME, A: '1' };
    const [plan, trust] = [
      await runDevenv(['plan'], { cwd: folder.path, env }),
      await runDevenv(['trust', '--yes'], { cwd: folder.path, env }),
    ];
    expect(plan.status).toBe(0);
    expect([trust.status, trust.stderr]).toEqual([1, expect.stringContaining(`${HOME}/.local/state/teamvm cannot be`)]);
    expect(existsSync('/nonexistent')).toBe(false);
  });
});

describe('a reader that goes away', () => {
  it.each(['help', 'config schema'])('ends devenv %s quietly', (line) => {
    // The reader is gone for certain before the first byte is written.
    const script = `{ sleep 0.3; "$0" "$1" ${line}; echo "$?" >&2; } | true`;
    const { stderr } = spawnSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8' });
    expect(stderr).toBe('0\n');
  });
});

describe('a signal', () => {
  /** A project whose engine takes connections and never says anything. */
  async function startSilentProject(folder: string): Promise<{ readonly argv: string[]; readonly server: Server }> {
    const socket = join(folder, 'engine.sock');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    writeFileSync(join(folder, 'devenv.yaml'), 'version: 1\nname: quiet\nbase: debian:bookworm-slim\n');
    return { argv: ['status', '-C', folder, '--engine', `unix://${socket}`], server };
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends a waiting command with status %i', async (signal, expected) => {
    using folder = makeFolder();
    const { argv, server } = await startSilentProject(folder.path);
    let sent = 0;
    const { status, stdout } = await runDevenv([...argv, '--json'], {
      during: async (child) => {
        await once(server, 'connection');
        sent = performance.now();
        child.kill(signal);
      },
    });
    // A second, on a machine that has nothing else to do.
    expect(performance.now() - sent).toBeLessThan(4_000);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'INTERRUPTED', exitCode: expected });
    expect(status).toBe(expected);
    server.close();
  });
});
