import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printLock } from '../../../src/lock/print-lock.ts';
import type { Lock } from '../../../src/model/version.ts';
import { makeFolder, program } from '../../run-devenv.ts';

const content = `sha256:${'a'.repeat(64)}` as const;

/** Runs `devenv history` of a project with that many versions at a terminal of 10 rows. */
function showHistory(versions: number, env: Readonly<Record<string, string>>, words = 'history') {
  using folder = makeFolder();
  using tools = makeFolder();
  writeFileSync(join(folder.path, 'devenv.yaml'), 'version: 1\nname: shop\nbase: debian:12\n');
  const lock: Lock = {
    ...{ name: 'shop', current: versions, shape: content, resolved: {} },
    versions: Array.from({ length: versions }, (_, index) => ({
      ...{ number: index + 1, kind: 'build', content, author: 'Ada', date: '2026-01-02T03:04:05Z' },
      ...{ message: `change ${String(index + 1)}`, size: 1, layers: 1, items: { set: {}, unset: [] } },
      ...(index > 0 && { parent: index }),
    })),
  };
  writeFileSync(join(folder.path, 'devenv-lock.yaml'), printLock(lock));
  const own = join(folder.path, 'bin');
  mkdirSync(own);
  for (const name of ['less', 'mine']) {
    writeFileSync(join(own, name), `#!/bin/sh\necho from the project\n`);
    chmodSync(join(own, name), 0o755);
  }
  const pager = join(tools.path, 'pager');
  writeFileSync(pager, '#!/bin/sh\nprintf "%s" "$LESS" >"$0.less"\ncat | sed "s/^/paged: /"\n');
  chmodSync(pager, 0o755);
  const line = `stty cols 80 rows 10; exec '${process.execPath}' '${program}' ${words}`;
  const { stdout, status } = spawnSync('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd: folder.path,
    encoding: 'utf8',
    env: {
      PATH: `${own}:${process.env['PATH'] ?? ''}`,
      HOME: folder.path,
      TERM: 'xterm',
      ...env,
      PAGER: (env['PAGER'] ?? '').replace('OWN', pager),
    },
    timeout: 20_000,
  });
  const less = existsSync(`${pager}.less`) ? readFileSync(`${pager}.less`, 'utf8') : undefined;
  return { stdout: stdout.replaceAll('\r\n', '\n'), status, less };
}

describe('long output at a terminal', () => {
  it("goes to the person's pager, which gets git's options for less", () => {
    const { stdout, status, less } = showHistory(30, { PAGER: 'OWN' });
    expect(stdout).toContain('paged: ');
    expect([status, less]).toEqual([0, 'FRX']);
  });

  it('is printed if it fits on the screen', () => {
    expect(showHistory(2, { PAGER: 'OWN' }).stdout).not.toContain('paged: ');
  });

  it.each([
    { PAGER: 'cat' },
    { PAGER: 'OWN', TEAMVM_PAGER: '' },
    { PAGER: '/nonexistent' },
    { PAGER: 'OWN', TERM: 'dumb' },
  ])('is printed with %j', (env) => {
    const { stdout, status } = showHistory(30, env);
    expect(stdout).not.toContain('paged: ');
    expect([stdout.includes('change 1\n') || stdout.includes('change 1 '), status]).toEqual([true, 0]);
  });

  it('ends well if the pager ends before it read everything', () => {
    const { stdout, status } = showHistory(3_000, { PAGER: 'head -n 1' });
    expect([stdout.trim().split('\n').length, status]).toEqual([1, 0]);
  });

  it('takes no pager of the project', () => {
    expect(showHistory(30, { PAGER: 'mine' }).stdout).not.toContain('from the project');
  });

  it('is one document under --json', () => {
    expect(JSON.parse(showHistory(30, { PAGER: 'OWN' }, 'history --json').stdout)).toHaveProperty('versions');
  });
});
