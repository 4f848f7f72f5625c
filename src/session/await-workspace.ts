import { isPausedRefusal } from '../observe/retry-paused.ts';
import type { Container } from '../model/container.ts';
import type { Containers } from '../ports/engine.ts';
import type { Runtime, ExecOptions } from '../ports/runtime.ts';
import type { Context } from '../ports/context.ts';
import { findWorkspace, requireRunning } from '../observe/find-workspace.ts';
import { isUnderWay } from '../workspace/recovery/is-under-way.ts';

type Ports = Pick<Context, 'files' | 'machine' | 'projectLock' | 'changes'>;

/** The running workspace. Waits while a commit or a snapshot pauses it. Throws WORKSPACE_STOPPED. */
export async function awaitWorkspace(
  ports: Ports,
  engine: Containers,
  folder: string,
  workspace: string,
): Promise<Container> {
  const found = await findWorkspace(ports, engine, folder, workspace);
  const isHeld = found.state === 'paused' || (await isFrozen(ports, folder, found));
  const container =
    isHeld && (await awaitCommit(ports, folder)) ? await findWorkspace(ports, engine, folder, workspace) : found;
  requireRunning(container);
  return container;
}

/** Like `runtime.exec`. If a commit or a snapshot pauses the workspace at that moment, waits and tries again. */
export async function execUnpaused(
  ports: Ports,
  runtime: Runtime,
  folder: string,
  container: string,
  options: ExecOptions,
): Promise<number> {
  const before = countRead(options);
  try {
    return await runtime.exec(container, options);
  } catch (error) {
    // Input that was read meanwhile may be lost in the engine: do not try again.
    if (!isPausedRefusal(error) || countRead(options) !== before || !(await awaitCommit(ports, folder))) throw error;
    return runtime.exec(container, options);
  }
}

/** Bytes of input that were read; 0 if the stream does not count. */
const countRead = ({ stdin }: ExecOptions): number =>
  (stdin as { readonly bytesRead?: number } | undefined)?.bytesRead ?? 0;

async function isFrozen(ports: Ports, folder: string, { id }: Container): Promise<boolean> {
  return (await isUnderWay(ports, folder)) && (await ports.changes()).isFrozen(id);
}

/** Waits for the commit or snapshot that pauses a workspace, or recovers a dead one. False if there is none. */
async function awaitCommit(ports: Ports, folder: string): Promise<boolean> {
  if (!(await isUnderWay(ports, folder))) return false;
  await (await ports.projectLock()).hold(folder, 'exec', async () => undefined);
  return true;
}
