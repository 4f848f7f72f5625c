import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importBase } from '../../test/lab/base.ts';
import { startLab } from '../../test/lab/lab.ts';
import { tryRun } from '../../test/lab/run.ts';
import type { MachineKind } from '../../test/lab/state.ts';

const base = 'endure-base:latest';
/** A service that takes two seconds to stop: time enough for a command to be killed while it waits. */
const slow = `trap 'sleep 2; exit 0' TERM; while :; do sleep 1 & wait $!; done`;

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project with a workspace, a service and a volume on an engine of the lab, whose commands are interrupted. */
export interface Arena extends AsyncDisposable {
  /** Of the project. */
  folder: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
  /** Writes devenv.yaml with one more step, or another variable. */
  declare: (change: { readonly step?: string; readonly colour?: string }) => void;
  tryDevenv: (...args: string[]) => Promise<Outcome>;
  /** Throws where the command fails. */
  devenv: (...args: string[]) => Promise<string>;
  /** In the workspace as root, through the engine alone: what is looked at is not repaired by looking. */
  inside: (script: string) => Promise<string>;
  /** Number of versions in the lock. */
  versions: () => number;
  /** Numbers of the snapshots, oldest first. */
  snapshots: () => Promise<readonly number[]>;
  readLock: () => string;
  writeLock: (text: string) => void;
  /** Builders of a killed build, which the next build and `destroy` remove. */
  findBuilders: () => Promise<readonly string[]>;
  findLeftovers: () => Promise<readonly string[]>;
  /** Starts again in a new project, after something broke. */
  renew: () => Promise<void>;
}

export async function openArena(kind: MachineKind): Promise<Arena> {
  const lab = await startLab({ machines: { a: kind }, memory: '8g' });
  const machine = lab.machines.a;
  await lab.login('a');
  await importBase(machine, base);
  const root = mkdtempSync(join(tmpdir(), 'endure-'));
  const bin = resolve(import.meta.dirname, '../../bin/devenv.js');
  const env = { ...process.env, ...machine.env, XDG_STATE_HOME: join(root, 'state'), NO_COLOR: '1' };
  let projects = 0;
  let name = '';
  let steps: string[] = [];
  let colour = 'none';
  const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
  const docker = async (...args: string[]): Promise<string> => (await machine.cli(args)).trim();
  const list = (...args: string[]) => docker(...args, '--filter', `label=dev.teamvm.folder=${arena.folder}`);
  const own = ['--filter', 'label=dev.teamvm.role=workspace', '--filter', 'label=dev.teamvm.workspace=main'];

  const arena: Arena = {
    folder: '',
    ...{ bin, env },
    declare(change) {
      if (change.step !== undefined) steps.push(change.step);
      colour = change.colour ?? colour;
      const runs = steps.map((step) => `  - {name: ${step}, run: "echo ${step} > /srv/${step}"}\n`);
      const text = [
        `version: 1\nname: ${name}\nbase: ${base}\nimage: ${lab.registry.host}/${name}\n`,
        `env: {COLOUR: ${colour}}\nvolumes: ["data:/data"]\n`,
        `services:\n  idle:\n    image: ${base}\n    command: [sh, -c, "${slow}"]\n    volumes: ["idle:/idle"]\n`,
        runs.length === 0 ? '' : `run:\n${runs.join('')}`,
      ];
      writeFileSync(join(arena.folder, 'devenv.yaml'), text.join(''));
    },
    tryDevenv: async (...args) => {
      const { exitCode, stdout, stderr } = await tryRun(process.execPath, [bin, ...args], { cwd: arena.folder, env });
      return { status: exitCode, stdout, stderr };
    },
    devenv: async (...args) => {
      const { status, stdout, stderr } = await arena.tryDevenv(...args);
      if (status !== 0) throw new Error(`devenv ${args.join(' ')}: status ${String(status)}: ${stderr}`);
      return stdout;
    },
    inside: async (script) => {
      const [id = ''] = lines(await list('ps', '-q', ...own));
      return docker('exec', '-u', '0', id, 'sh', '-c', script);
    },
    readLock: () => readFileSync(join(arena.folder, 'devenv-lock.yaml'), 'utf8'),
    writeLock: (text) => {
      writeFileSync(join(arena.folder, 'devenv-lock.yaml'), text);
    },
    versions: () => arena.readLock().match(/number: /g)?.length ?? 0,
    snapshots: async () => {
      const { snapshots } = JSON.parse(await arena.devenv('snapshot', 'list', '--json')) as {
        snapshots: readonly { readonly number: number }[];
      };
      return snapshots.map(({ number }) => number).sort((a, b) => a - b);
    },
    findBuilders: () => listBeside(['builder']),
    async findLeftovers() {
      const workspaces = lines(await list('ps', '-a', ...own, '--format', '{{.State}}'));
      const paused = lines(await docker('ps', '-a', '--filter', 'status=paused', '--format', '{{.Names}}'));
      return [
        ...(workspaces.length === 1 && workspaces[0] === 'running' ? [] : [`workspaces: ${workspaces.join(', ')}`]),
        ...paused.map((one) => `paused: ${one}`),
        ...(await listBeside(['carrier', 'helper'])).map((one) => `left beside the workspace: ${one}`),
      ];
    },
    async renew() {
      projects += 1;
      name = `endure-${String(process.pid)}-${String(projects)}`;
      arena.folder = mkdtempSync(join(root, 'project-'));
      [steps, colour] = [[], 'none'];
      arena.declare({});
      await arena.devenv('up', '--yes');
    },
    async [Symbol.asyncDispose]() {
      await lab.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };

  /** Containers that a command makes for itself. Those of a killed process end a moment later. */
  async function listBeside(roles: readonly string[]): Promise<readonly string[]> {
    for (let tries = 0; ; tries += 1) {
      const found: string[] = [];
      for (const role of roles) {
        const rows = await docker(
          'ps',
          '-a',
          '--filter',
          `label=dev.teamvm.role=${role}`,
          '--format',
          '{{.Names}} {{.State}}',
        );
        // One that was made and never started is removed by the next command that needs one.
        found.push(
          ...lines(rows).filter((one) => role === 'carrier' || !/ (created|configured|initialized)$/i.test(one)),
        );
      }
      if (found.length === 0 || tries === 50) return found;
      await sleep(300);
    }
  }

  await arena.renew();
  return arena;
}
