import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { StorageHelpers } from '../../../../src/adapters/overlay/helper/storage-helpers.ts';
import { OverlayCapture } from '../../../../src/adapters/overlay/capture/overlay-capture.ts';
import { OverlayLayers } from '../../../../src/adapters/overlay/layers/overlay-layers.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import type { Machine } from '../../../lab/machine.ts';
import { chooseMachines } from '../../../lab/choose-machines.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import { base, startSleeper, useEngine } from '../../docker/real-engine.ts';

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Every kind of change that a version keeps exactly. */
const change = String.raw`
cd /opt && mkdir -p a/b sticky && chmod 1777 sticky && printf one > a/one && ln a/one a/two && ln -s '/x y' a/sym
mkfifo -m 600 fifo && mknod -m 640 null c 1 3 && mknod block b 7 99 && cp /bin/true suid && chmod 4755 suid
chown 4294967290:12345 a/b && ln /usr/bin/env env2 && printf 'x' > "$(printf 'odd\377 \n')" && : > empty
long=$(printf 'n%.0s' $(seq 250)); mkdir -p "deep/$long/$long/$long" && printf deep > "deep/$long/$long/$long/$long"
rm /etc/issue && rm -r /usr/share/base-files && printf file > /usr/share/base-files
rm -r /var/backups && mkdir /var/backups && printf new > /var/backups/new && rm -rf /etc/profile.d && mkdir /etc/profile.d
printf secret > /opt/left-out
mkdir -p names/x names/y && printf several > names/x/n && ln names/x/n names/y/n && ln names/x/n names/n
printf fewer > names/1 && ln names/1 names/2 && ln names/1 names/3
mkdir -p alike/a alike/b && printf one > alike/a/f && printf two > alike/b/f && touch -d @500000000 alike/a/f alike/b/f
`;

/** The same, for who may make no devices and has few numbers. */
const withoutRoot = change
  .replace('mknod -m 640 null c 1 3 && mknod block b 7 99', 'touch null block')
  .replace('4294967290:12345', '65535:12345');

/** What happens after the first capture: the second is to hold only this. */
const more = String.raw`
cd /opt && rm a/sym && mv a moved && printf two >> moved/one && rm fifo && mkdir fifo && printf in > fifo/in
rm /usr/share/base-files && mkdir /usr/share/base-files && printf back > /etc/issue && rm -r deep
mv names/x names/moved && rm names/3 && ln /usr/bin/tac tac2 && rm -r alike/a && mv alike/b alike/a
`;

/** Path, type, mode, owner, size, link, target and hash of everything, names quoted. */
const manifest = String.raw`
cd / && find . -mindepth 1 -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./.dockerenv \
 -o -path ./etc/hosts -o -path ./etc/hostname -o -path ./etc/resolv.conf -o -path ./etc/mtab -o -path ./opt/left-out \) -prune -o \
 -printf '%p %y %m %U:%G %n %l\0' | sed -z 's/\( d .* \)[0-9]* $/\1/' | LC_ALL=C sort -z | tr '\0\n' '\n?'
find /opt /etc /usr/share/base-files /var/backups -xdev -type f ! -path /etc/hosts ! -path /etc/hostname \
 ! -path /etc/resolv.conf ! -path /opt/left-out -print0 | LC_ALL=C sort -z | xargs -0 sha256sum --zero | tr '\0\n' '\n?'
stat -c '%n %t:%T' /opt/null /opt/block
`;

describeInLab('a captured layer', (lab) => {
  it.each(chooseMachines(['podman'], ['a', 'c', 'podman', 'rootless']))(
    'holds every kind of change exactly, pulled elsewhere, on %s',
    async (name) => {
      const [here, there] = [lab.machines[name], lab.machines.b];
      const engine = await useEngine(here);
      await using workspace = await startSleeper(engine);
      const tag = `${lab.registry.host}/kinds-${name}-${randomBytes(3).toString('hex')}`;
      await Promise.all([lab.login(name), lab.login('b')]);

      await runIn(here, workspace.id, name === 'rootless' ? withoutRoot : change);
      const first = await captureFrom(engine, workspace.id, base, `${tag}:1`);
      expect(first.leftOut).toEqual(['/opt/left-out']);
      const expected = await runIn(here, workspace.id, manifest);
      expect(await pullAndRun(here, there, `${tag}:1`)).toBe(expected);

      await runIn(here, workspace.id, more);
      const second = await captureFrom(engine, workspace.id, `${tag}:1`, `${tag}:2`, first.began);
      expect(await pullAndRun(here, there, `${tag}:2`)).toBe(await runIn(here, workspace.id, manifest));
      expect(second.changes, 'only what came after the first').toBeLessThan(35);

      const none = new OverlayCapture(async () => engine, new StorageHelpers(async () => engine)).capture(
        await requestOf(engine, workspace.id, `${tag}:2`, `${tag}:3`, second.began),
      );
      expect(await none).toBeUndefined();

      const layers = new OverlayLayers(() => Promise.resolve(engine));
      const [below, image] = await Promise.all([base, `${tag}:2`].map((each) => engine.images.inspect(each)));
      if (below === undefined || image === undefined) throw new Error('an image vanished');
      const both = { image, count: 2, beside: workspace.id };
      const [, newest] = (await layers.weigh(both)) ?? [];
      expect(newest?.dead).toBe(0);
      const merged = await layers.merge({ ...both, below, reference: `${tag}:4` });
      expect(merged?.diffIds.slice(0, -1)).toEqual(below.diffIds);
      expect(await pullAndRun(here, there, `${tag}:4`), 'the same from one layer').toBe(
        await runIn(here, workspace.id, manifest),
      );
      const [only] = (await layers.weigh({ ...both, image: merged ?? image, count: 1 })) ?? [];
      expect(only?.dead, 'what was deleted is gone').toBe(0);
      engine.close();
    },
  );
});

async function captureFrom(
  engine: Engine,
  container: string,
  parent: string,
  reference: string,
  since?: string,
): Promise<{ readonly began: string; readonly changes: number; readonly leftOut: readonly string[] }> {
  let began = '';
  const request = await requestOf(engine, container, parent, reference, since);
  const captured = await new OverlayCapture(async () => engine, new StorageHelpers(async () => engine)).capture({
    ...request,
    still: async (work) => {
      began = await engine.runtime.now();
      return work();
    },
  });
  if (captured === undefined) throw new Error('nothing was captured');
  expect(captured.method).toBe('delta');
  return { began, changes: captured.changes ?? 0, leftOut: captured.leftOut };
}

async function requestOf(engine: Engine, container: string, parent: string, reference: string, since?: string) {
  const image = await engine.images.inspect(parent);
  if (image === undefined) throw new Error(`no ${parent}`);
  return {
    container,
    // As every version has it: engines fill in what is not there, each in its own way.
    parent: { ...image, config: { ...image.config, env: [path], workingDir: '/', cmd: ['/bin/sh'] } },
    reference,
    latest: Math.floor(Date.now() / 1000),
    leaveOut: (path: string) => path === '/opt/left-out',
    still: <T>(work: () => Promise<T>) => work(),
    ...(since !== undefined && { since }),
  };
}

async function runIn(machine: Machine, container: string, script: string): Promise<string> {
  return machine.cli(['exec', '--user', '0', container, 'sh', '-c', script]);
}

async function pullAndRun(here: Machine, there: Machine, tag: string): Promise<string> {
  await here.cli(['push', tag]);
  await there.cli(['pull', tag]);
  return there.cli(['run', '--rm', '--network=none', '--user', '0', tag, 'sh', '-c', manifest]);
}
