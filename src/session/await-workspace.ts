import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { Containers } from '../ports/engine.ts';
import type { Runtime, ExecOptions } from '../ports/runtime.ts';
import type { Context } from '../ports/context.ts';
import { findWorkspace, requireRunning } from '../observe/find-workspace.ts';
import { isUnderWay } from '../workspace/recovery/is-under-way.ts';

type World = Pick<Context, 'files' | 'machine' | 'projectLock' | 'changes'>;

/** The workspace, which must run; one that a commit or a snapshot has paused is waited for. Throws WORKSPACE_STOPPED. */
export async function awaitWorkspace(
  world: World,
  engine: Containers,
  folder: string,
  workspace: string,
): Promise<Container> {
  const found = await findWorkspace(engine, folder, workspace);
  const isHeld = found.state === 'paused' || (await isFrozen(world, folder, found));
  const container =
    isHeld && (await awaitCommit(world, folder)) ? await findWorkspace(engine, folder, workspace) : found;
  requireRunning(container);
  return container;
}

/** As `engine.exec`; where a commit or a snapshot pauses the workspace at that very moment, once it goes on. */
export async function execUnpaused(
  world: World,
  runtime: Runtime,
  folder: string,
  container: string,
  options: ExecOptions,
): Promise<number> {
  const before = countRead(options);
  try {
    return await runtime.exec(container, options);
  } catch (error) {
    const refused = error instanceof DevenvError && error.data?.['status'] === 409 && /paused/i.test(error.message);
    // What was read meanwhile the engine may have taken, and nobody has got.
    if (!refused || countRead(options) !== before || !(await awaitCommit(world, folder))) throw error;
    return runtime.exec(container, options);
  }
}

/** Bytes of its input that were read so far; 0 where that does not tell. */
const countRead = ({ stdin }: ExecOptions): number =>
  (stdin as { readonly bytesRead?: number } | undefined)?.bytesRead ?? 0;

async function isFrozen(world: World, folder: string, { id }: Container): Promise<boolean> {
  return (await isUnderWay(world, folder)) && (await world.changes()).isFrozen(id);
}

/** Waits for what has paused a workspace, or mends it where that is dead. False where it was neither commit nor snapshot. */
async function awaitCommit(world: World, folder: string): Promise<boolean> {
  if (!(await isUnderWay(world, folder))) return false;
  await (await world.projectLock()).hold(folder, 'exec', async () => undefined);
  return true;
}
