import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileProjectLock } from '../../../src/adapters/host/file-project-lock.ts';

let root: string;
let project: string;
let notes: string[];
const children: ChildProcess[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'devenv-lock-'));
  project = join(root, 'project');
  mkdirSync(project);
  notes = [];
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const makeLock = (options: { timeout?: number; stale?: number } = {}): FileProjectLock =>
  new FileProjectLock({ folder: join(root, 'locks'), progress: { note: (line) => notes.push(line) }, ...options });

/** Another devenv: holds the lock until it is told to go on, then checks it and says what it found. */
const holdElsewhere = async (
  stale = 20_000,
): Promise<{ child: ChildProcess; said: (text: string) => Promise<void> }> => {
  const script = `import { FileProjectLock } from './src/adapters/host/file-project-lock.ts';
    const lock = new FileProjectLock({ folder: process.argv[1], stale: ${stale}, progress: { note() {} } });
    await lock.hold(process.argv[2], 'build', async (held) => {
      console.log('holding');
      await new Promise((done) => process.stdin.once('data', done));
      try { held.check(); console.log('kept'); } catch (error) { console.log(error.code, error.message); }
    });
    console.log('released');
    process.exit(0);`;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script, join(root, 'locks'), project],
    { cwd: resolve(import.meta.dirname, '../../..'), stdio: ['pipe', 'pipe', 'inherit'] },
  );
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += String(chunk)));
  const said = (text: string): Promise<void> => expect.poll(() => output, { timeout: 15_000 }).toContain(text);
  await said('holding');
  return { child, said };
};

describe('FileProjectLock', () => {
  it('tells whether anybody alive holds it', async () => {
    expect(await makeLock().isFree(project)).toBe(true);
    const { child } = await holdElsewhere();
    expect(await makeLock().isFree(project)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await makeLock().isFree(project)).toBe(true);
  });

  it('lets one after the other in, and says once whom it waits for', async () => {
    const { child, said } = await holdElsewhere();
    const waiting = makeLock().hold(project, 'up', async (held) => held.check());
    await expect.poll(() => notes).toHaveLength(1);
    expect(notes[0]).toContain(`"devenv build" (process ${child.pid}`);
    await sleep(600);
    child.stdin?.write('go\n');
    await said('kept');
    await waiting;
    expect(notes).toHaveLength(1);
  }, 20_000);

  it('gives up when the time is over, naming the holder', async () => {
    const { child } = await holdElsewhere();
    const busy = makeLock({ timeout: 300 }).hold(project, 'up', async () => undefined);
    await expect(busy).rejects.toMatchObject({ code: 'PROJECT_BUSY', exitCode: 10, data: { pid: child.pid } });
  }, 20_000);

  it('takes over from a killed holder at once', async () => {
    const { child } = await holdElsewhere();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const began = Date.now();
    await makeLock().hold(project, 'up', async (held) => held.check());
    expect(Date.now() - began).toBeLessThan(5_000);
  }, 20_000);

  it('takes over from a stopped holder after a while, and the woken one notices', async () => {
    const { child, said } = await holdElsewhere(2_000);
    child.kill('SIGSTOP');
    await makeLock({ stale: 2_000 }).hold(project, 'up', async (held) => {
      child.stdin?.write('go\n');
      child.kill('SIGCONT');
      await said('PROJECT_BUSY "devenv build" was stopped');
      await said('released');
      // The woken one's way out leaves the new holder's lock alone.
      held.check();
    });
  }, 30_000);

  it.each([365, -365])('does not take over from a living holder when the clock jumps by %d days', async (days) => {
    const { child, said } = await holdElsewhere();
    const real = Date.now.bind(Date);
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() + days * 86_400_000);
    try {
      const waiting = makeLock({ timeout: 1_500 }).hold(project, 'up', async () => undefined);
      await expect(waiting).rejects.toMatchObject({ code: 'PROJECT_BUSY' });
    } finally {
      clock.mockRestore();
    }
    child.stdin?.write('go\n');
    await said('kept');
  });

  it('takes over from a stopped holder whose lock is from the future', async () => {
    const { child } = await holdElsewhere(2_000);
    child.kill('SIGSTOP');
    const [lock = ''] = readdirSync(join(root, 'locks')).filter((name) => name.endsWith('.lock'));
    const future = new Date(Date.now() + 86_400_000);
    utimesSync(join(root, 'locks', lock), future, future);
    await makeLock({ stale: 2_000, timeout: 10_000 }).hold(project, 'up', async (held) => held.check());
  });

  it('holds a project under every name of its folder, and another project beside it', async () => {
    const other = join(root, 'other');
    mkdirSync(other);
    symlinkSync(project, join(root, 'alias'));
    const lock = makeLock({ timeout: 100 });
    await lock.hold(project, 'up', async () => {
      await lock.hold(other, 'up', async () => undefined);
      await expect(lock.hold(join(root, 'alias'), 'up', async () => undefined)).rejects.toThrow('already');
      const second = makeLock({ timeout: 100 });
      await expect(second.hold(join(root, 'alias'), 'up', async () => undefined)).rejects.toThrow('"devenv up"');
    });
  });

  it('holds a project whose folder is gone, so that its workspace can be removed', async () => {
    rmSync(project, { recursive: true });
    expect(await makeLock().hold(project, 'destroy', () => Promise.resolve('removed'))).toBe('removed');
  });

  it('never lets two in when many find the same dead holder', async () => {
    for (let round = 0; round < 5; round++) {
      const { child } = await holdElsewhere();
      child.kill('SIGKILL');
      await once(child, 'exit');
      let inside = 0;
      let most = 0;
      const enter = async (): Promise<void> => {
        inside++;
        most = Math.max(most, inside);
        await sleep(20);
        inside--;
      };
      await Promise.all(Array.from({ length: 4 }, () => makeLock().hold(project, 'up', enter)));
      expect(most).toBe(1);
    }
  }, 60_000);

  it('goes on after a half-written record', async () => {
    const { child } = await holdElsewhere();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [record = ''] = readdirSync(join(root, 'locks')).filter((name) => name.endsWith('.json'));
    writeFileSync(join(root, 'locks', record), '{"tok');
    await makeLock({ stale: 2_000 }).hold(project, 'up', async (held) => held.check());
  }, 20_000);

  it('fails before anything is touched where it cannot write', async () => {
    writeFileSync(join(root, 'locks'), 'a file');
    let entered = false;
    const failure = makeLock().hold(project, 'up', async () => (entered = true));
    await expect(failure).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(entered).toBe(false);
  });

  it('frees the lock when the work fails', async () => {
    const lock = makeLock({ timeout: 0 });
    const fail = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(lock.hold(project, 'up', fail)).rejects.toThrow('no');
    await lock.hold(project, 'up', async (held) => held.check());
  });
});
