import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needEngine } from './need-engine.ts';

/**
 * Kills commit, up and build (SIGKILL) at random moments, two thirds of them
 * anywhere and one third just after the lock was written, and looks at what is
 * left each time: the workspace as it was, the lock the old one or the new one
 * whole, nothing left over once the same command was repeated and finished.
 * Run by hand: `npx tsx scripts/kill-commit.ts BASE-IMAGE [COUNT] [SEED]`, on
 * the engine that DOCKER_HOST names; DOCKER names the client. Prints a row for
 * each kill, and ends with status 1 where a promise was broken.
 */
needEngine();
const [base = 'debian:bookworm-slim', count = '50', seed = '1'] = process.argv.slice(2);
const bin = resolve(import.meta.dirname, '../bin/devenv.js');
const folder = mkdtempSync(join(tmpdir(), 'kill-commit-'));
const state = mkdtempSync(join(tmpdir(), 'kill-commit-state-'));
const env = { ...process.env, XDG_STATE_HOME: state, NO_COLOR: '1' };
// Images of an earlier run are none of this one's.
const name = `kill-${String(process.pid)}`;
const lockFile = join(folder, 'devenv-lock.yaml');

const run = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { cwd: folder, env, encoding: 'utf8' });
const docker = (...args: string[]): string =>
  execFileSync(process.env['DOCKER'] ?? 'docker', args, { env, encoding: 'utf8' }).trim();
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
/** In the workspace, past devenv: what is looked at is not mended by looking. */
const asRoot = (script: string): string => {
  const id = docker('ps', '-q', '--filter', `label=dev.teamvm.folder=${folder}`).split('\n')[0] ?? '';
  return docker('exec', '-u', '0', id, 'sh', '-c', script);
};

function must(...args: string[]): string {
  const { status, stdout, stderr } = run(...args);
  if (status !== 0) throw new Error(`devenv ${args.join(' ')}: status ${String(status)}\n${stderr}`);
  return stdout;
}

/** Equal on every run with the same seed. */
function makeRandom(start: number): () => number {
  let value = start;
  return () => {
    value = (value * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return value / 2 ** 32;
  };
}

function declare(colour: number, steps: readonly number[]): void {
  const runs = steps.map((step) => `  - {name: step-${String(step)}, run: "echo ${String(step)} > /srv/step"}\n`);
  const text = `version: 1\nname: ${name}\nbase: ${base}\nenv: {COLOUR: "${String(colour)}"}\n`;
  writeFileSync(join(folder, 'devenv.yaml'), text + (runs.length === 0 ? '' : `run:\n${runs.join('')}`));
}

interface Moment {
  /** After the start of the command, or after it wrote the lock. */
  readonly after: 'start' | 'lock';
  readonly ms: number;
}

/** Kills a command at a moment. `ended`: it was quicker. `took`: milliseconds that it lived. */
async function kill(
  args: readonly string[],
  { after, ms }: Moment,
): Promise<{ readonly ended: boolean; readonly said: string; readonly took: number }> {
  let seen = (): void => undefined;
  const locked = new Promise<void>((settle) => (seen = settle));
  let armed = false;
  const watcher = watch(folder, (_, file) => {
    if (armed && file === 'devenv-lock.yaml') seen();
  });
  // What happened before is told first.
  await sleep(50);
  armed = true;
  const begun = performance.now();
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = lines(said + chunk.toString('utf8')).at(-1) ?? ''));
  const closed = new Promise<boolean>((settle) => child.once('close', (code) => settle(code !== null)));
  const due = after === 'lock' ? locked.then(() => sleep(ms)) : sleep(ms);
  const ended = await Promise.race([closed, due.then(() => undefined)]);
  if (ended === undefined) child.kill('SIGKILL');
  const finished = await closed;
  watcher.close();
  return { ended: finished, said, took: Math.round(performance.now() - begun) };
}

/** Names of the containers beside workspaces. Those of a process that has ended are on their way out for a moment. */
async function listBeside(final = false): Promise<readonly string[]> {
  const list = (role: string) =>
    lines(docker('ps', '-a', '--filter', `label=dev.teamvm.role=${role}`, '--format', '{{.Names}} {{.State}}'));
  for (let tries = 0; ; tries += 1) {
    // One that was made and not started ends with the next capture, once it is clear that nobody starts it.
    const found = [...list('carrier'), ...list('helper').filter((one) => final || !one.endsWith(' created'))];
    if (found.length === 0 || tries === 50) return found;
    await sleep(300);
  }
}

/** What is wrong after a command was repeated; nothing, it is to be hoped. */
async function findLeft(): Promise<readonly string[]> {
  const beside = await listBeside();
  const workspaces = docker('ps', '-a', '--filter', `label=dev.teamvm.folder=${folder}`, '--format', '{{.State}}');
  const tags = lines(docker('images', '--format', '{{.Tag}}', `devenv/${name}`));
  const numbers = [...readFileSync(lockFile, 'utf8').matchAll(/number: (\d+)/g)].map((match) => match[1]);
  return [
    ...(workspaces === 'running' ? [] : [`workspaces: ${workspaces.replaceAll('\n', ', ')}`]),
    ...beside.map((one) => `left beside the workspace: ${one}`),
    ...tags.filter((tag) => !numbers.includes(tag.split('-')[0])).map((tag) => `an image ${tag}`),
  ];
}

const kinds = {
  commit: ['commit', '--yes', '--no-write-back', '-m', 'killed'],
  up: ['up', '--yes'],
  build: ['build', '--yes'],
} as const;
type Kind = keyof typeof kinds;

/** Gives a command something to do. */
function prepare(kind: Kind, at: number): void {
  if (kind === 'commit') {
    asRoot(
      `head -c 20000000 /dev/urandom > /opt/data; echo ${String(at)} > /opt/mark; rm -rf /opt/old; mkdir /opt/old`,
    );
  } else {
    // What no version has would have to be dropped.
    must(...kinds.commit);
    if (kind === 'up') colour = at;
    else steps.push(at);
    declare(colour, steps);
  }
}

let colour = 0;
const steps: number[] = [];
declare(colour, steps);
must('up', '--yes');
const random = makeRandom(Number(seed));
/** Milliseconds that each takes when it is left alone. */
const times: Partial<Record<Kind, number>> = {};
let broken = 0;
console.log('#\tcommand\tkilled\tms\tsaid last\tlock\tagain\tfound');
for (let at = 1; at <= Number(count); at += 1) {
  const kind: Kind = at % 6 === 4 ? 'up' : at % 6 === 5 ? 'build' : 'commit';
  if (times[kind] === undefined) {
    prepare(kind, 0);
    const begun = performance.now();
    must(...kinds[kind]);
    times[kind] = performance.now() - begun;
    if (kind === 'build') must('up', '--yes');
  }
  prepare(kind, at);
  const [before, mark] = [readFileSync(lockFile, 'utf8'), asRoot('sha256sum /opt/mark /opt/data')];
  const moment: Moment =
    kind !== 'up' && at % 3 === 0
      ? { after: 'lock', ms: Math.round(random() * 100) }
      : { after: 'start', ms: Math.round(random() * times[kind]) };
  const { ended, said, took } = await kill(kinds[kind], moment);
  if (ended) times[kind] = took;
  const after = readFileSync(lockFile, 'utf8');
  const wrong: string[] = [];
  const versions = (text: string): number => text.match(/number: /g)?.length ?? 0;
  if (after !== before && versions(after) !== versions(before) + 1)
    wrong.push('the lock is neither the old nor the new one');
  const found = run('exec', '--root', '--', 'sha256sum', '/opt/mark', '/opt/data');
  // Between two containers there is none that runs, for a moment; `up` makes it so.
  if (found.status !== 0 && kind === 'commit') wrong.push(`exec: ${found.stderr}`);
  if (found.status === 0 && found.stdout.trim() !== mark) wrong.push('the workspace is not as it was');
  const begun = performance.now();
  const again = run(...kinds[kind]);
  if (again.status !== 0) wrong.push(`again: status ${String(again.status)} ${again.stderr}`);
  const finished = readFileSync(lockFile, 'utf8');
  if (finished === after && !ended && after === before && kind !== 'up') wrong.push('again did nothing');
  // What was finished at once tells nothing of how long the whole takes.
  if (finished !== after) times[kind] = performance.now() - begun;
  if (kind === 'build') must('up', '--yes');
  if (asRoot('sha256sum /opt/mark /opt/data') !== mark) wrong.push('something is lost');
  wrong.push(...(await findLeft()));
  if (wrong.length > 0) broken += 1;
  const row = [
    ...[at, kind, ended ? 'ended before' : `${String(moment.ms)} ms after ${moment.after}`, took, said],
    ...[after === before ? 'old' : 'new', finished === after ? 'nothing to do' : 'made it'],
    wrong.join('; ') || 'well',
  ];
  console.log(row.join('\t'));
}
await sleep(11_000);
prepare('commit', 0);
must(...kinds.commit);
for (const one of await listBeside(true)) {
  console.log(`left at the end: ${one}`);
  broken += 1;
}
must('destroy', '--yes', '--discard', '--no-snapshot');
for (const path of [folder, state]) rmSync(path, { recursive: true, force: true });
console.log(`${count} kills, ${String(broken)} broke a promise`);
process.exitCode = broken === 0 ? 0 : 1;
