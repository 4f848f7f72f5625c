import { writeFileSync } from 'node:fs';
import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startDaemon, waitForDaemon } from './daemon.ts';
import { describeDocker, forgetDeadContainerd } from './docker.ts';
import { libraryPath } from './install.ts';
import { socketOf, type EngineCommand } from './machine-paths.ts';
import { ping } from './ping.ts';
import { describePodman } from './podman.ts';
import type { ProcessId } from './process-table.ts';
import { describeRootless, ordinaryUser } from './rootless.ts';
import type { MachineState } from './state.ts';

/** Starts a machine's engine in its network namespace and waits until it answers. */
export async function startEngine(machine: MachineState): Promise<ProcessId> {
  const { folder } = machine;
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  if (machine.kind === 'podman-rootless') await chown(folder, ordinaryUser.uid, ordinaryUser.gid);
  await forgetDeadContainerd(machine);
  // Its pid may belong to another process by now; this machine's engine does not run.
  await rm(join(folder, 'dockerd.pid'), { force: true });
  const log = join(folder, 'engine.log');
  const { argv, path, env } = describeEngine(machine);
  const defaults = {
    PATH: `${path}:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: folder,
    LD_LIBRARY_PATH: libraryPath,
    // Less garbage collection: the tests lack processors, not memory.
    GOGC: '400',
  };
  const id = await startDaemon({
    // `ip netns exec` would mount a new /sys and hide the control groups.
    file: 'nsenter',
    args: [`--net=/run/netns/${machine.namespace}`, ...argv],
    env: { ...defaults, ...env },
    log,
    mark: machine.mark,
  });
  writeFileSync(join(folder, 'engine.json'), JSON.stringify(id));
  await waitForDaemon(id, log, () => ping(socketOf(machine)));
  return id;
}

function describeEngine(machine: MachineState): EngineCommand {
  if (machine.kind === 'podman') return describePodman(machine);
  return machine.kind === 'podman-rootless' ? describeRootless(machine) : describeDocker(machine);
}
