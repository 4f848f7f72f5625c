import type { ProjectLock } from '../../ports/project-lock.ts';
import { recoverCommit } from '../../capture/commit/recover-commit.ts';
import { recoverSnapshot } from '../../snapshots/recover-snapshot.ts';
import { recoverEnd } from './recover-end.ts';

type Ports = Parameters<typeof recoverCommit>[0] & Parameters<typeof recoverSnapshot>[0];

/** A project lock whose holder first repairs what a killed command left. */
export function withRecovery(lock: ProjectLock, ports: Ports): ProjectLock {
  return {
    isFree: (folder) => lock.isFree(folder),
    hold: (folder, command, work) =>
      lock.hold(folder, command, async (held) => {
        await recoverCommit(ports, folder);
        await recoverSnapshot(ports, folder);
        await recoverEnd(ports, folder);
        return work(held);
      }),
  };
}
