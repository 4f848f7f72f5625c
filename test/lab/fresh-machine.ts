import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, signal, type ProcessId } from './process-table.ts';
import { waitForEnd } from './daemon.ts';
import type { Machine } from './machine.ts';
import { run, tryRun, type RunResult } from './run.ts';

/** A Debian as it is after its installation, with processes of its own. */
export interface FreshMachine {
  /** Its file system. */
  readonly root: string;
  /** Runs a command of a shell as its root. */
  readonly run: (script: string) => Promise<RunResult>;
  /** Ends all its processes and removes it. */
  readonly remove: () => Promise<void>;
}

/** What the kernel gives to a machine that starts. */
const boot = `mount --make-rprivate / && cd "$1" && mount --bind . . && cd "$1" &&
mount -t proc proc proc && mount -t sysfs sysfs sys && mount -t tmpfs tmpfs run && mount -t tmpfs tmpfs tmp &&
mount -t tmpfs -o mode=755 dev dev && mkdir dev/pts dev/shm && mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts &&
ln -s pts/ptmx dev/ptmx && ln -s /proc/self/fd dev/fd &&
for device in null zero full random urandom tty fuse; do [ -e /dev/$device ] && cp -a /dev/$device dev/; done
pivot_root . mnt && umount -l /mnt && echo started && exec sleep infinity`;

/** Assembles a minimal Debian with these packages and starts it in the network of a machine of the lab, whose engine is stopped. */
export async function startFreshMachine(machine: Machine, packages: readonly string[]): Promise<FreshMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'devenv-fresh-'));
  const root = join(folder, 'root');
  await run('mmdebstrap', ['--variant=minbase', `--include=${packages.join(',')}`, 'bookworm', root]);
  const start = 'unshare --mount --pid --cgroup --fork sh -c "$0" sh "$1" >"$2" 2>&1 </dev/null & echo $!';
  const { stdout } = await machine.run(['sh', '-c', start, boot, root, join(folder, 'log')]);
  const init = await findChild(Number(stdout), join(folder, 'log'));
  const enter = ['-t', String(init.pid), '--mount', '--pid', '--net', '--root'];
  const env = ['env', '-i', 'HOME=/root', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
  return {
    root,
    run: (script) => tryRun('nsenter', [...enter, '--', ...env, 'sh', '-c', `cd && ${script}`]),
    remove: async () => {
      signal(init, 'SIGKILL');
      await waitForEnd(init, 30_000);
      await rm(folder, { recursive: true });
    },
  };
}

/** The first process of the machine, once all is mounted: the child of `unshare`. */
async function findChild(parent: number, log: string): Promise<ProcessId> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    const children = await readFile(`/proc/${String(parent)}/task/${String(parent)}/children`, 'utf8').catch(() => '');
    const id = identify(Number(children.trim()));
    if (id !== undefined && (await readFile(log, 'utf8')).includes('started')) return id;
    await new Promise((settle) => setTimeout(settle, 50));
  }
  throw new Error(`the machine did not start: ${await readFile(log, 'utf8')}`);
}
