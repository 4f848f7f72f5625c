import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NodeProcesses } from '../../../src/adapters/host/node-processes.ts';

const processes = new NodeProcesses();

const isAlive = (pid: number): boolean => {
  try {
    // One that has ended and that nobody has waited for is a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('NodeProcesses', () => {
  it('passes input, arguments and environment as they are, and no shell reads them', async () => {
    const result = await processes.run(['sh', '-c', 'cat; printf %s "$1 $X" >&2; exit 7', 'sh', '$(id); *'], {
      input: 'in\0put',
      env: { X: 'a b' },
    });
    expect(result).toEqual({ exitCode: 7, stdout: 'in\0put', stderr: '$(id); * a b' });
  });

  it('says 127 for what is not installed and 126 for what may not be run', async () => {
    expect(await processes.run(['no-such-program'])).toMatchObject({ exitCode: 127 });
    expect(await processes.run(['/etc'])).toMatchObject({ exitCode: 126 });
  });

  it('gives 128 + n for a signal', async () => {
    expect((await processes.run(['sh', '-c', 'kill -9 $$'])).exitCode).toBe(137);
  });

  it('ends a program and its children after the timeout, even one that will not go', async () => {
    const began = Date.now();
    const result = await processes.run(['sh', '-c', 'trap "" TERM; echo a; sleep 20 & wait; sleep 20'], {
      timeout: 300,
    });
    expect(result).toMatchObject({ exitCode: 124, stdout: 'a\n' });
    expect(result.stderr).toContain('0.3 s');
    expect(Date.now() - began).toBeLessThan(6_000);
  }, 10_000);

  it('ends the children of a program that writes too much', async () => {
    const { exitCode, stderr } = await processes.run(['sh', '-c', 'sleep 20 & echo $! >&2; yes; wait']);
    expect(exitCode).toBe(141);
    await expect.poll(() => isAlive(Number.parseInt(stderr, 10)), { timeout: 5_000 }).toBe(false);
  });

  it('does not wait for a grandchild that holds the output', async () => {
    const began = Date.now();
    expect(await processes.run(['sh', '-c', 'sleep 10 & echo done; exit 3'])).toMatchObject({
      exitCode: 3,
      stdout: 'done\n',
    });
    expect(Date.now() - began).toBeLessThan(8_000);
  });

  it('loses no output of a program that has ended', async () => {
    const { stdout } = await processes.run(['sh', '-c', 'seq 1 200000']);
    expect(stdout.split('\n')).toHaveLength(200_001);
  });

  it('ends a program that never stops writing', async () => {
    const { exitCode, stdout } = await processes.run(['yes']);
    expect(exitCode).toBe(141);
    expect(stdout.length).toBeLessThan(11 * 1024 * 1024);
  });

  it('hands lines over whole, the last one too', async () => {
    const lines: string[] = [];
    const errors: string[] = [];
    await processes.run(
      ['sh', '-c', 'printf "a\\nb"; printf "é" >&2; sleep 0.1; printf "c\\n\\nd"; printf "\\nx\\n" >&2'],
      {
        onStdoutLine: (line) => lines.push(line),
        onLine: (line) => errors.push(line),
      },
    );
    expect(lines).toEqual(['a', 'bc', '', 'd']);
    expect(errors).toEqual(['é', 'x']);
  });

  it('hands over what a terminal would show of lines with carriage returns', async () => {
    const lines: string[] = [];
    await processes.run(['printf', 'Unpacking a ...\r\n10%%\r100%%\r\n\r\n'], {
      onStdoutLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(['Unpacking a ...', '100%', '']);
  });

  it('is interrupted at once', async () => {
    const abort = new AbortController();
    const began = Date.now();
    setTimeout(() => abort.abort(), 100);
    await expect(processes.run(['sleep', '20'], { signal: abort.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(Date.now() - began).toBeLessThan(8_000);
    await expect(processes.run(['true'], { signal: abort.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('writes to a log, and a daemon left behind keeps nobody waiting', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'devenv-log-'));
    const log = join(folder, 'log');
    const began = Date.now();
    const result = await processes.run(['setsid', '--fork', 'sh', '-c', 'echo up; sleep 4; echo still'], { log });
    expect(result).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(Date.now() - began).toBeLessThan(3_500);
    await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 15_000 }).toBe('up\nstill\n');
    rmSync(folder, { recursive: true });
  });

  it('shows nothing of what a program prints, whatever NODE_DEBUG says', () => {
    const module = resolve(import.meta.dirname, '../../../src/adapters/host/node-processes.ts');
    const script = `import { NodeProcesses } from ${JSON.stringify(module)}; await new NodeProcesses().run(['echo', 'x']);`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { encoding: 'utf8', env: { ...process.env, NODE_DEBUG: 'execa' } },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('lets a program close its input early', async () => {
    expect((await processes.run(['true'], { input: 'x'.repeat(5_000_000) })).exitCode).toBe(0);
  });
});
