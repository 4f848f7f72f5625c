import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OverlayCapture } from '../../src/adapters/overlay/capture/overlay-capture.ts';
import { OverlayChanges } from '../../src/adapters/overlay/changes/overlay-changes.ts';
import { findOverlay, locateOverlay } from '../../src/adapters/overlay/helper/find-overlay.ts';
import { StorageHelpers } from '../../src/adapters/overlay/helper/storage-helpers.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { base, startSleeper, useEngine } from '../adapters/docker/real-engine.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import type { Machine } from '../lab/machine.ts';

/**
 * A program of the workspace that lies about where the workspace's files are:
 * `at`, in the project, through a link. All other mounts are as they are.
 */
const lie = (at: string): string => `#!/bin/sh
case "$*" in
  */mountinfo) while read -r line; do case "$line" in
      *" - overlay "*) echo "1 0 0:1 / / rw - overlay overlay rw,lowerdir=${at},upperdir=${at},workdir=${at}" ;;
      *) printf '%s\\n' "$line" ;;
    esac; done < "$1" ;;
  *) exec /bin/cat.real "$@" ;;
esac
`;

/**
 * What the first program of a container does with the right to mount: it makes
 * the kernel name `at` as the upper folder of its root.
 */
const mountOver = (project: string, at: string): string => `
mkdir -p ${at} ${project}/work /mnt/new && mount -t overlay none -o lowerdir=/,upperdir=${at},workdir=${project}/work /mnt/new
mount --rbind /proc /mnt/new/proc && exec chroot /mnt/new sleep infinity`;

const secret = 'secret-of-the-machine';

describeInLab('where the files of a workspace are', ({ machines }) => {
  describe.each(Object.values(machines))('on $kind', (machine: Machine) => {
    let engine: Engine;
    let folder: string;
    let project: string;
    let cacheFolder: string;
    beforeAll(async () => {
      engine = await useEngine(machine);
    });
    beforeAll(() => {
      folder = mkdtempSync(join(machine.home, 'upper-'));
      [project, cacheFolder] = [join(folder, 'project'), join(folder, 'cache')];
      for (const path of [project, join(folder, 'machine/1/fs')]) mkdirSync(path, { recursive: true });
      for (const path of [folder, project]) chmodSync(path, 0o777);
      writeFileSync(join(folder, 'machine/1/fs', secret), 'nobody’s business');
    });
    afterAll(() => {
      engine.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** What is seen, and taken into an image, of a container: by a helper in a container, and by one that is a process. */
    async function readAll(container: string): Promise<string> {
      const image = (await engine.runtime.inspect(container))?.image ?? '';
      const seen: unknown[] = [];
      for (const local of [undefined, { cacheFolder }]) {
        const helpers = new StorageHelpers(async () => engine, local);
        const changes = new OverlayChanges(async () => engine, helpers);
        seen.push([...((await changes.list(container, { image })) ?? [])]);
        const parent = await engine.images.inspect(base);
        if (parent === undefined) throw new Error('no base');
        const config = { ...parent.config, env: ['PATH=/bin'], workingDir: '/', cmd: ['/bin/sh'] };
        const reference = `localhost/upper-${String(seen.length)}:1`;
        const captured = await new OverlayCapture(async () => engine, helpers).capture({
          ...{ container, parent: { ...parent, config }, reference, latest: 1_700_000_000 },
          ...{ leaveOut: () => false, still: (work) => work() },
        });
        if (captured !== undefined) seen.push(await machine.cli(['run', '--rm', reference, 'find', '/', '-xdev']));
        await helpers.close();
      }
      return JSON.stringify(seen);
    }

    it('is not what the workspace’s own programs say', async () => {
      const at = join(project, 'snapshots/1/fs');
      await using workspace = await startSleeper(engine, {
        mounts: [{ kind: 'bind', source: project, target: project }],
      });
      symlinkSync(join(folder, 'machine'), join(project, 'snapshots'));
      const script = `mv /bin/cat /bin/cat.real && printf '%s' "$1" > /bin/cat && chmod +x /bin/cat && touch /opt/own`;
      const done = engine.runtime.exec(workspace.id, { argv: ['sh', '-c', script, 'sh', lie(at)], user: '0:0' });
      expect(await done).toBe(0);
      const seen = await readAll(workspace.id);
      expect(seen).not.toContain(secret);
      expect(seen, 'its real changes are still read').toContain('/opt/own');
      rmSync(join(project, 'snapshots'));
    });

    it('is asked of the kernel, on whatever machine the engine is', async () => {
      await using workspace = await startSleeper(engine);
      const details = await engine.runtime.inspect(workspace.id);
      if (details === undefined) throw new Error('no container');
      const { upper } = (await findOverlay(engine, details)) ?? {};
      expect((await locateOverlay(engine, details))?.upper).toBe(upper);
      expect(upper).toMatch(/^\//);
    });

    if (machine.kind === 'podman-rootless') return;
    it('is not what its first program makes the kernel say', async () => {
      const at = join(project, 'snapshots/1/fs');
      await using workspace = await startSleeper(engine, {
        mounts: [{ kind: 'bind', source: project, target: project }],
        command: ['sh', '-c', mountOver(project, at)],
        capabilities: ['SYS_ADMIN'],
      });
      const root = async (): Promise<string | undefined> => {
        const pid = (await engine.runtime.inspect(workspace.id))?.pid ?? 0;
        const lines = readFileSync(`/proc/${String(pid)}/mountinfo`, 'utf8').split('\n');
        return lines.find((line) => line.split(' ')[4] === '/');
      };
      await expect.poll(root, { timeout: 20_000 }).toContain(`upperdir=${at}`);
      renameSync(join(project, 'snapshots'), join(project, 'moved'));
      symlinkSync(join(folder, 'machine'), join(project, 'snapshots'));
      expect(await readAll(workspace.id)).not.toContain(secret);
      rmSync(join(project, 'snapshots'));
    });
  });
});
