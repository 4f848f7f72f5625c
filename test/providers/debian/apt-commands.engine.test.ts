import { afterAll, beforeAll, expect, it } from 'vitest';
import { aptEnv, aptInstall } from '../../../src/providers/debian/apt-commands.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import { Collect } from '../../adapters/docker/collect.ts';
import { startSleeper, uniqueName, useEngine } from '../../adapters/docker/real-engine.ts';
import { describeInLab } from '../../lab/describe-in-lab.ts';

describeInLab('apt in builders that share their caches', (lab) => {
  const caches = ['/var/cache/apt', '/var/lib/apt/lists'].map((target) => ({
    ...({ kind: 'volume', source: uniqueName(), target } as const),
  }));
  let engine: Engine;
  beforeAll(async () => {
    engine = await useEngine(lab.machines.b);
  });
  afterAll(async () => {
    for (const { source } of caches) await engine.volumes.remove(source);
    engine.close();
  });
  const start = () => startSleeper(engine, { mounts: caches, network: 'bridge' });
  const run = async (container: string, argv: readonly string[]) => {
    const output = new Collect();
    const env = Object.entries(aptEnv).map(([name, value]) => `${name}=${value}`);
    const begun = performance.now();
    const status = await engine.runtime.exec(container, { argv, env, user: '0', stdout: output, stderr: output });
    return { status, text: output.bytes.toString(), seconds: (performance.now() - begun) / 1_000 };
  };

  it('installs while another one unpacks, and both use the same archives', { timeout: 300_000 }, async () => {
    await using first = await start();
    await using second = await start();
    expect(await run(first.id, aptInstall('--', 'hello'))).toMatchObject({ status: 0 });
    const slow = `echo 'DPkg::Pre-Invoke {"sleep 25";};' >/etc/apt/apt.conf.d/slow`;
    await run(first.id, ['sh', '-c', slow]);
    const unpacking = run(first.id, aptInstall('--', 'jq'));
    // It has the archive, and sleeps before dpkg unpacks it.
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    const meanwhile = await run(second.id, aptInstall('--', 'hello'));
    expect(meanwhile).toMatchObject({ status: 0 });
    expect(meanwhile.text).not.toMatch(/waiting|\bGet:\d+ .*hello/);
    expect(meanwhile.seconds).toBeLessThan(15);
    expect(await unpacking).toMatchObject({ status: 0 });
    const left = await run(second.id, [
      'sh',
      '-c',
      'ls -d /var/cache/apt/devenv-own.* 2>/dev/null; ls /var/cache/apt/devenv-archives',
    ]);
    expect(left.text.split('\n').filter((name) => name.endsWith('.deb'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^hello_/), expect.stringMatching(/^jq_/)]),
    );
    expect(left.text).not.toContain('devenv-own');
  });

  it('says for whom it waits while another one updates the lists', { timeout: 300_000 }, async () => {
    await using first = await start();
    await using second = await start();
    const lists = '/var/lib/apt/lists';
    const hold = `rm -f ${lists}/devenv-*; exec 9>${lists}/devenv.lock; flock 9; echo 'the container abc, since 10:00:00 UTC' >${lists}/devenv.holder; sleep 5`;
    const holding = run(first.id, ['sh', '-c', hold]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const waiting = await run(second.id, aptInstall('--', 'hello'));
    expect(waiting.text).toContain(
      'waiting for the package lists, which are updated by the container abc, since 10:00:00 UTC\n',
    );
    expect(waiting.status).toBe(0);
    await holding;
  });

  it(
    'begins anew if the lists are cleared between their update and the installation',
    { timeout: 300_000 },
    async () => {
      await using one = await start();
      const lists = '/var/lib/apt/lists';
      const clear = `rm -f ${lists}/*_* ${lists}/devenv-*`;
      const wrapper = `#!/bin/sh
case " $* " in *' install '*) [ -e /tmp/cleared ] || { : >/tmp/cleared; ${clear}; } ;; esac
exec /usr/bin/apt-get "$@"
`;
      const script = `${clear}; printf %s "$1" >/usr/local/bin/apt-get && chmod 755 /usr/local/bin/apt-get`;
      await run(one.id, ['sh', '-c', script, 'sh', wrapper]);
      const installed = await run(one.id, aptInstall('--', 'hello'));
      expect(installed.text).toContain('once more, with new package lists');
      expect(installed.status).toBe(0);
    },
  );
});
