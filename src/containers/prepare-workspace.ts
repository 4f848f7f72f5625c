import type { Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { labels } from '../observe/labels.ts';
import { makeMountPoints } from './make-mount-points.ts';
import { describeMade } from '../observe/own-containers.ts';
import type { Project } from '../observe/project.ts';
import { providePersonal } from './personal/provide-personal.ts';
import { provideVolumes } from './volumes/provide-volumes.ts';
import { resolveMachine } from './resolve-machine.ts';
import { publishPorts, type Publication } from './network/resolve-ports.ts';
import { requireTrust } from './require-trust.ts';
import { provideNetwork, resolveNetwork, workspaceAlias } from './network/workspace-network.ts';
import { resolveContainer } from './workspace-settings.ts';

export interface NewWorkspace {
  /** Name of the workspace within the project. */
  readonly workspace: string;
  readonly version: Pick<Version, 'number' | 'content'>;
  /** What the engine calls its image. */
  readonly image: string;
  /** Refuse where a port of the host is taken, instead of moving it. */
  readonly strictPorts: boolean;
}

/**
 * Sees to everything that a new container of a workspace needs beside its
 * image: trust, network, volumes, places to mount at, ports. Gives what the
 * container is to be. Throws NOT_TRUSTED, PORT_TAKEN.
 */
export async function prepareWorkspace(
  context: Context,
  engine: Engine,
  project: Project,
  { workspace, version, image, strictPorts }: NewWorkspace,
): Promise<Publication> {
  const { environment, folder } = project;
  await requireTrust(context, project);
  warnOfRights(context, project);
  const place = { project: environment.name, folder, workspace };
  const network = resolveNetwork(environment, place);
  const [{ rootless }, machine] = await Promise.all([engine.describe(), resolveMachine(context, project)]);
  await Promise.all([
    network !== undefined && provideNetwork(engine, network, place),
    provideVolumes(engine, place, environment.volumes),
    engine.capabilities.mountsFolders && makeMountPoints(context.files, folder, environment.volumes),
  ]);
  const made = await providePersonal(context, engine, project, machine, image);
  const container = resolveContainer(environment, version, made, workspace, machine, rootless);
  const id = (await engine.images.inspect(made))?.id ?? made;
  const spec = {
    ...container,
    labels: { ...container.labels, [labels.made]: describeMade(container.name, id) },
    ...(network !== undefined && { network, aliases: [workspaceAlias] }),
  };
  return publishPorts(engine, spec, environment.ports, { strict: strictPorts });
}

function warnOfRights({ progress }: Context, { environment }: Project): void {
  const { privileged, engineSocket, devices } = environment.limits;
  const rights = [
    ...(privileged ? ['all rights on its machine (privileged)'] : []),
    ...(engineSocket ? ["the engine's socket, which is as good as root on its machine"] : []),
    ...devices.map(({ source }) => `the device ${source}`),
  ];
  if (rights.length > 0) progress.note(`Warning: you let this workspace have ${rights.join(', and ')}.`);
}
