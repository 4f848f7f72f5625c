import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSharing } from '../../../../src/adapters/overlay/layers/sharing-session.ts';
import type { ContainerDetails, Volume } from '../../../../src/model/container.ts';
import type { CopyRequest } from '../../../../src/ports/snapshot-data.ts';
import { FakeEngine } from '../../../fakes/fake-engine.ts';
import { installOnHost } from '../../../lab/install-on-host.ts';

/** Everything that `cp --archive` keeps; some of it only root may make. */
const fill = `set -e
mkdir -p deep/er && echo text > deep/er/file && ln deep/er/file linked && ln -s /etc/shadow link && ln -s deep folder-link
mkfifo fifo && mknod device c 1 3 && mknod deleted c 0 0 && truncate -s 1G sparse && echo end >> sparse
head -c 5000000 /dev/urandom > large && chown 7:8 large && chmod 4755 large && touch -d '2020-01-02 03:04:05.123456789' large deep
printf x > "$(printf 'caf\\351\\n')" && chown -h 9:9 link
python3 -c 'import os, socket; socket.socket(socket.AF_UNIX).bind("socket"); os.setxattr("large", "user.kept", b"1"); os.setxattr("deep", "trusted.overlay.opaque", b"y")'
chown 999:998 . && chmod 700 . && touch -d '2021-01-01 00:00:00.5' .`;

/** Type, mode, owner, size, links, time and target of each entry, and the attributes. */
const list = (folder: string): string =>
  execFileSync('sh', ['-c', `find . -printf '%P %y %m %U:%G %n %T@ %l\\n' | sort; md5sum large deep/er/file
    python3 -c 'import os; print([os.listxattr(p) for p in ("large", "deep")])'; stat -c %s sparse`], {
    cwd: folder,
    encoding: 'latin1',
  }); // prettier-ignore

describe('copies of volumes that share blocks', () => {
  let disk: string;
  let cacheFolder: string;

  beforeEach(async () => {
    cacheFolder = await mkdtemp(join(tmpdir(), 'devenv-test-'));
    disk = join(cacheFolder, 'disk');
  });

  afterEach(async () => {
    if (existsSync(join(disk, 'volumes'))) execFileSync('umount', [disk]);
    await rm(cacheFolder, { recursive: true, force: true });
  });

  /** `id`: how the control group of this process, which stands for a container, is to be recognised. */
  async function open(type: 'xfs' | 'ext4', id = ':'): Promise<{ from: string; to: string } & Opened> {
    await installOnHost([['xfsprogs', 'mkfs.xfs']]);
    mkdirSync(disk);
    execFileSync('truncate', ['--size', '512M', `${disk}.img`]);
    execFileSync(`mkfs.${type}`, ['-q', `${disk}.img`]);
    execFileSync('mount', ['-o', 'loop', `${disk}.img`, disk]);
    const [from = '', to = ''] = ['one', 'other'].map((name) => join(disk, 'volumes', name, '_data'));
    for (const folder of [from, to]) mkdirSync(folder, { recursive: true });
    execFileSync('sh', ['-c', fill], { cwd: from });
    const engine = new FakeEngine();
    const volume = (name: string, folder: string): Volume => ({ name, folder, labels: {} });
    engine.volumes.list = async () => [volume('one', from), volume('other', to)];
    const mounts = [{ kind: 'volume', source: 'one', target: from }];
    engine.runtime.inspect = async () => ({ id, pid: process.pid, mounts }) as unknown as ContainerDetails;
    const request: CopyRequest = { image: '', volumes: ['one'], copies: ['other'], beside: 't', still: [id] };
    return { from, to, session: await openSharing(engine, request, { cacheFolder }) };
  }

  interface Opened {
    readonly session: Awaited<ReturnType<typeof openSharing>>;
  }

  it('keeps everything of each file, and takes no space for it', async () => {
    const { from, to, session } = await open('xfs');
    const used = (): number => Number(execFileSync('df', ['--output=used', disk], { encoding: 'utf8' }).split('\n')[1]);
    const before = used();
    expect(await session?.save()).toEqual([0]);
    await session?.close();
    expect(list(to)).toBe(list(from));
    execFileSync('sync');
    expect(used() - before).toBeLessThan(1000);
  });

  it.each([
    ['the file system cannot share blocks', 'ext4', ':'],
    ['the container is not on this machine', 'xfs', 'another machine'],
  ] as const)('leaves a volume to a helper in a container if %s', async (_, type, id) => {
    const { to, session } = await open(type, id);
    expect([session, readdirSync(to)]).toEqual([undefined, []]);
  });

  it('asks a container if a copy fails, and leaves nothing half-made', async () => {
    const { to, session } = await open('xfs');
    writeFileSync(join(to, 'large'), '');
    // This engine has no image for a helper.
    await expect(session?.save()).rejects.toThrow(/image/);
    expect(readdirSync(to)).toEqual([]);
    await session?.close();
  });

  it('sees nothing of the machine besides the volumes', async () => {
    const { session } = await open('xfs');
    expect(session).toBeDefined();
    const program = readdirSync(cacheFolder).find((name) => name.startsWith('helper-')) ?? '';
    const process = readdirSync('/proc').find((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'latin1').startsWith(join(cacheFolder, program));
      } catch {
        return false;
      }
    });
    expect(readdirSync(`/proc/${process ?? ''}/root`).sort()).toEqual(['from', 'to']);
    expect(() => writeFileSync(`/proc/${process ?? ''}/root/from/new`, '')).toThrow(/read-only/i);
    await session?.close();
  });
});
