import { expect, it } from 'vitest';
import { StorageHelpers } from '../../../../src/adapters/overlay/helper/storage-helpers.ts';
import { OverlayCapture } from '../../../../src/adapters/overlay/capture/overlay-capture.ts';
import type { ContainerSpec } from '../../../../src/model/container.ts';
import type { CaptureResult } from '../../../../src/ports/capture.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import type { Machine } from '../../../lab/machine.ts';
import { base, startSleeper, useEngine } from '../../docker/real-engine.ts';

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What somebody does inside: written now, unpacked with times of old, replaced and deleted. */
const change = String.raw`
cd /opt && mkdir -p tool/bin && printf made > tool/bin/run && chmod 4755 tool/bin/run && ln tool/bin/run tool/again
printf packed > packed && touch -d '2020-02-03 04:05:06.75' packed && printf fine > /etc/fine.conf && ln -s /opt/tool /usr/local/tool
printf odd > "$(printf 'odd\377 \n')" && chown 1000:1000 packed && rm /etc/issue && rm -r /usr/share/base-files
mkdir /usr/share/base-files && printf new > /usr/share/base-files/motd && rm -r /var/backups && printf x > /var/backups
perl -e '
  my ($set) = map { /x86_64/ ? 188 : 5 } qx(uname -m);
  sub set { my ($name, $key, $value) = @_; syscall($set, $name, $key, $value, length $value, 0) == 0 or die "$key: $!" }
  set("tool/bin/run", "security.capability", pack("V5", 0x02000001, 0x400, 0, 0, 0));
  set("packed", "user.note", "lost");
  set("tool/bin", "system.posix_acl_default", pack("V", 2) . join "", map { pack("vvV", @$_) }
    [1, 7, ~0 & 0xffffffff], [2, 5, 1234], [4, 5, ~0 & 0xffffffff], [16, 5, ~0 & 0xffffffff], [32, 5, ~0 & 0xffffffff]);
  use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) and bind(S, sockaddr_un("/opt/sock")) or die "socket: $!";
'
`;

describeInLab('a change', (lab) => {
  it('makes the same layer on both of Docker’s stores, and names what no version has', async () => {
    const captured = [];
    for (const name of ['b', 'c'] as const) {
      captured.push(await capture(lab.machines[name], change, `noise-on-${name}`));
    }
    const [classic, containerd] = captured;
    expect(classic?.image.diffIds).toEqual(containerd?.image.diffIds);
    for (const { method, dropped } of captured) {
      expect(method).toBe('delta');
      expect(dropped).toMatchObject({ sockets: ['/opt/sock'], acls: ['/opt/tool/bin'], attributes: ['/opt/packed'] });
      expect(dropped?.times).toBeGreaterThan(4);
    }
  });

  it('that is large and left whole goes by the engine’s own commit, with its own times', async () => {
    const { method, dropped } = await capture(lab.machines.b, 'head -c 70000000 /dev/zero > /opt/large', 'none');
    expect({ method, times: dropped?.times }).toEqual({ method: 'engine', times: 1 });
  });

  it('that is large asks for the volumes of its parent, and for no other, with Podman, too', async () => {
    const { podman } = lab.machines;
    await useEngine(podman).then((engine) => engine.close());
    const image = 'same-layer-volume:1';
    const id = await podman.cli(['create', base, 'true']);
    await podman.cli(['commit', '--change', 'VOLUME /srv/kept', id, image]);
    await podman.cli(['rm', id]);
    const mounts = [{ kind: 'volume', source: '', target: '/tmp' }] as const;
    const { image: made } = await capture(podman, 'head -c 70000000 /dev/zero > /opt/large', 'none', { image, mounts });
    // What looked at it ends with its program, which this one is; Podman may refuse while another container just goes.
    await podman.tryCli(['rmi', '--force', image]);
    expect(made.volumes).toEqual(['/srv/kept']);
  });

  it.each(['metacopy', 'redirect'])('that the overlay notes as a %s goes by the engine’s own commit', async (mark) => {
    const { method, changes } = await capture(
      lab.machines.b,
      'echo x > /opt/marked',
      'none',
      {},
      async (engine, id) => {
        const upper = (await engine.runtime.inspect(id))?.overlay?.upper ?? '';
        await using beside = await startSleeper(engine, {
          mounts: [{ kind: 'bind', source: upper, target: '/upper' }],
          capabilities: ['SYS_ADMIN'],
        });
        const set = `my ($n, $p, $k, $v) = (qx(uname -m) =~ /x86_64/ ? 188 : 5, "/upper/opt/marked", "trusted.overlay.${mark}", "/x");
        syscall($n, $p, $k, $v, 2, 0) == 0 or die "$!"`;
        await lab.machines.b.cli(['exec', '--user', '0', beside.id, 'perl', '-e', set]);
      },
    );
    expect({ method, changes }).toEqual({ method: 'engine', changes: undefined });
  });
});

/** `noise`: a file that is made and deleted again, which is no change. */
async function capture(
  machine: Machine,
  script: string,
  noise: string,
  { image = base, mounts = [] }: Partial<Pick<ContainerSpec, 'image' | 'mounts'>> = {},
  then?: (engine: Engine, container: string) => Promise<void>,
): Promise<CaptureResult> {
  const engine = await useEngine(machine);
  await using workspace = await startSleeper(engine, { image, mounts });
  try {
    await machine.cli([
      'exec',
      '-u',
      '0',
      workspace.id,
      'sh',
      '-ec',
      `touch /usr/${noise}; rm /usr/${noise}\n${script}`,
    ]);
    await then?.(engine, workspace.id);
    const parent = await engine.images.inspect(image);
    if (parent === undefined) throw new Error(`no ${image}`);
    const reference = `same-layer-${machine.name}:1`;
    const captured = await new OverlayCapture(async () => engine, new StorageHelpers(async () => engine)).capture({
      container: workspace.id,
      parent: { ...parent, config: { ...parent.config, env: [path], workingDir: '/', cmd: ['/bin/sh'] } },
      reference,
      latest: 1_700_000_000,
      leaveOut: () => false,
      still: (work) => work(),
    });
    await engine.images.remove(reference);
    if (captured === undefined) throw new Error('nothing was captured');
    return captured;
  } finally {
    engine.close();
  }
}
