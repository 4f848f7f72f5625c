import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startDevenv } from './devenv.ts';
import { openProject, readyBase, type Project } from './project.ts';

const values = { FROM_ENV: 'value-of-env-91', FROM_FILE: 'value of file-92', FROM_COMMAND: 'value-of-command-93' };
const yaml = `secrets: [FROM_ENV, FROM_FILE, {name: FROM_COMMAND, command: [printf, "value-of-%s-93\\n", command]}]
hooks: {create: 'echo "hook $FROM_ENV $FROM_FILE"'}
services:
  vault:
    build: {base: ${readyBase}}
    command: [sh, -c, 'cat /run/secrets/FROM_* >/tmp/got || exit 1; trap exit TERM; while :; do sleep 1 & wait $!; done']
    ready: {command: [test, -s, /tmp/got], interval: 200ms}
`;

describeInLab('secrets of a workspace', (lab) => {
  for (const name of chooseMachines(['b'], ['b', 'podman'])) {
    it(`are in commands and hooks, and nowhere else: ${lab.machines[name].kind}`, async () => {
      const machine = lab.machines[name];
      const project = await openProject(machine, 'run-secrets', {
        yaml,
        env: { FROM_ENV: values.FROM_ENV },
      });
      try {
        await project.write('.gitignore', '.env.local\n');
        await project.write('.env.local', `FROM_FILE="${values.FROM_FILE}"\n`);
        execFileSync('git', ['init', '-q'], { cwd: project.folder });
        const refused = await project.attempt(['up']);
        expect([refused.status, refused.stderr]).toEqual([9, expect.stringContaining('FROM_COMMAND')]);
        expect(refused.stderr).toContain('takes FROM_ENV from your environment');
        await project.run('trust', '--yes');
        const up = await project.attempt(['up', '--verbose']);
        expect([up.status, up.stderr]).toEqual([0, expect.stringContaining('[create] hook *** ***\n')]);
        const printed = await project.run('exec', 'sh', '-c', 'echo "$FROM_ENV|$FROM_FILE|$FROM_COMMAND"');
        expect(printed).toBe(`${Object.values(values).join('|')}\n`);

        const [vault = ''] = (await project.containers()).filter((each) => each.includes('vault'));
        const got = await machine.cli(['exec', vault.split(' ')[0] ?? '', 'cat', '/tmp/got']);
        expect(got, 'read by the service at its very start').toBe(
          [values.FROM_COMMAND, values.FROM_ENV, values.FROM_FILE].join(''),
        );

        const { child, ended, said } = project.start(['exec', 'sh', '-c', 'echo ready; read x']);
        await said('ready');
        const places = await inspectAll(project);
        child.stdin.end();
        await ended;
        await project.run('exec', '--root', 'touch', '/opt/x');
        await project.run('commit', '-m', 'x');
        places.set('up', `${up.stdout}${up.stderr}${refused.stderr}`);
        for (const [place, text] of [...places, ...(await inspectAll(project)), ...readFiles(project)]) {
          for (const value of Object.values(values)) expect([place, text.includes(value)]).toEqual([place, false]);
        }
      } finally {
        await project.remove();
      }
    });
  }

  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'missing-secrets', { yaml: 'secrets: [FIRST, SECOND, THIRD]\n' });
    await project.run('up');
    await project.attempt(['trust', '--yes'], { env: { SECOND: 'x' } });
  });
  afterAll(() => project.remove());

  it('are taken from the environment for names alone that somebody agreed to', async () => {
    const env = { SECOND: 'x', THIRD: 'value-of-env-96' };
    const { status, stdout, stderr } = await project.attempt(['exec', 'sh', '-c', 'echo $THIRD'], { env });
    expect([status, stderr]).toEqual([9, expect.stringContaining('+ secrets: takes THIRD from your environment')]);
    expect(stdout + stderr).not.toContain('value-of-env-96');
  });

  it('are named all at once where they have no value', async () => {
    const { status, stderr } = await project.attempt(['exec', 'true'], { env: { SECOND: 'x' } });
    expect([status, stderr]).toEqual([1, expect.stringContaining('FIRST, THIRD')]);
    expect(stderr).not.toContain('SECOND');
  });

  it('are asked for at a terminal, unseen, and are nowhere else afterwards', async () => {
    const [typed, fromEnv] = ['typed-by-hand-94', 'value-of-env-95'];
    const sum = `printf %s "$FIRST|$SECOND" | md5sum`;
    const right = `${createHash('md5').update(`${typed}|${fromEnv}`).digest('hex')}  -`;
    let seen = '';
    const onTerminal = async (args: readonly string[], line?: string): Promise<string> => {
      const env = { ...project.env, SECOND: fromEnv, TERM: 'xterm' };
      const running = startDevenv(args, { folder: project.folder, env, terminal: true });
      await running.said('FIRST:');
      running.child.stdin.write(`${typed}\r`);
      if (line !== undefined) {
        await running.said('(missing-secrets v');
        running.child.stdin.write(line);
      }
      const { status, stdout } = await running.ended;
      seen += stdout;
      expect([args[0], status, stdout]).toEqual([args[0], 0, expect.not.stringContaining('SECOND:')]);
      return stdout;
    };
    await project.declare(`secrets: [FIRST, SECOND]\nhooks: {start: '${sum} >/workspace/sum; echo "$FIRST" >&2'}\n`);
    await project.run('down');
    expect(await onTerminal(['up', '--verbose'])).toContain('[start] ***');
    expect(readFileSync(join(project.folder, 'sum'), 'utf8'), 'the hook').toBe(`${right}\n`);
    expect(await onTerminal(['exec', 'sh', '-c', sum])).toContain(right);
    expect(await onTerminal(['shell'], `${sum}; exit\r`)).toContain(right);
    await onTerminal(['exec', '--root', 'touch', '/opt/x']);
    await project.run('commit', '-m', 'x');
    for (const [place, text] of [['screen', seen] as const, ...(await inspectAll(project)), ...readFiles(project)])
      for (const value of [typed, fromEnv]) expect([place, text.includes(value)]).toEqual([place, false]);

    const left = startDevenv(['exec', 'true'], { folder: project.folder, env: project.env, terminal: true });
    await left.said('FIRST:');
    left.child.stdin.write('\x03');
    expect((await left.ended).status).toBe(130);
  });

  it('are not read from a file that git does not ignore, or has', async () => {
    await project.declare('secrets: [FIRST, SECOND, THIRD]\n');
    const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: project.folder, stdio: 'ignore' });
    git('init', '-q');
    await project.write('.env.local', 'FIRST=1\nSECOND=2\nTHIRD=3\n');
    const refused = async () => (await project.attempt(['exec', 'true'])).status;
    expect(await refused()).toBe(7);
    git('add', '.env.local');
    await project.write('.gitignore', '.env.local\n');
    expect(await refused(), 'tracked').toBe(7);
    git('rm', '-q', '--cached', '.env.local');
    expect(await project.run('exec', 'sh', '-c', 'echo $FIRST$SECOND$THIRD')).toBe('123\n');
  });
});

/** What the engine tells of a project's containers and their running programs, and of every image; what it has logged. */
async function inspectAll({ name, machine, containers }: Project): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  for (const row of await containers()) {
    const [container = ''] = row.split(' ');
    const text = await machine.cli(['inspect', container]);
    places.set(`inspect ${container}`, text);
    places.set(`logs ${container}`, await machine.cli(['logs', container]));
    const ids = (JSON.parse(text) as { ExecIDs?: string[] | null }[])[0]?.ExecIDs ?? [];
    for (const id of ids) {
      const url = `http://localhost/v1.41/exec/${id}/json`;
      places.set(
        `exec ${id}`,
        execFileSync('curl', ['-sS', '--unix-socket', machine.address.slice(7), url], { encoding: 'utf8' }),
      );
    }
  }
  const images = (await machine.cli(['images', '-q'])).split('\n').filter(Boolean);
  // Other tests remove theirs meanwhile: it tells of all the rest.
  const { stdout } = await machine.tryCli(['image', 'inspect', ...new Set(images)]);
  expect(stdout).toContain(`devenv/${name}:`);
  places.set('images', stdout);
  places.set('engine log', readFileSync(machine.log, 'utf8'));
  return places;
}

/** The lock, and everything in the state folder. */
function readFiles({ folder, env }: Project): (readonly [string, string])[] {
  const state = env['XDG_STATE_HOME'] ?? dirname(folder);
  const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return [join(folder, 'devenv-lock.yaml'), ...files.map((entry) => join(entry.parentPath, entry.name))].map((path) => [
    path,
    readFileSync(path, 'utf8'),
  ]);
}
