import { DevenvError } from '../../errors/devenv-error.ts';
import { nameHalfMade } from '../../model/container.ts';
import { nameResource } from '../../observe/place.ts';
import type { Acts, Undo } from '../../plan/carry-out.ts';
import { checkFolders } from '../check-folders.ts';
import { awaitInnerEngine } from '../inner-engine.ts';
import { readRecord, writeRecord } from '../workspace-record.ts';
import { resolveSpec } from './resolve-spec.ts';
import type { Site } from './site.ts';

/** Creates and starts containers: one engine call each. */
export function containerActs(site: Site): Acts {
  const { context, engine, containers } = site;
  const { failpoints } = context;
  const idOf = ({ service = '', container }: { service?: string; container?: string }): string => {
    const id = container ?? containers.get(service);
    if (id === undefined) throw new DevenvError('INTERNAL', `A plan starts a container that it does not create.`);
    return id;
  };
  return {
    rename: async ({ service, container }) => {
      const name = nameContainer(site, service);
      // A unique name: a killed attempt may have left one.
      await engine.runtime.rename(container, `${name}-old-${crypto.randomUUID().slice(0, 8)}`);
      await failpoints.reach('up:renamed');
      return () => engine.runtime.rename(container, name);
    },
    create: async ({ service, ports, fill }) => {
      const spec = await resolveSpec(site, service, ports);
      const id = await engine.runtime.create(
        fill ? { ...spec, name: site.filling?.name ?? nameHalfMade(spec.name) } : spec,
      );
      containers.set(service ?? '', id);
      const undo: Undo = () => engine.runtime.remove(id);
      await failpoints.reach('up:created').catch(async (error: unknown) => {
        await undo();
        throw error;
      });
      return undo;
    },
    fill: async () => site.filling?.fill(idOf({})),
    name: ({ service }) => engine.runtime.rename(idOf({}), nameContainer(site, service)),
    start: async (operation) => {
      const id = idOf(operation);
      if (operation.service === undefined && operation.container !== undefined) await expectStart(site, id);
      await engine.runtime.start(id);
      await settleStart(site, operation.service, id).catch(async (error: unknown) => {
        await engine.runtime.stop(id, 0).catch(() => undefined);
        throw error;
      });
      containers.set(operation.service ?? '', id);
      if (operation.container === undefined) await failpoints.reach('up:started');
    },
    unpause: ({ container }) => engine.runtime.unpause(container),
    connect: (operation) => engine.networks.connect(operation.network, idOf(operation), operation.aliases),
    disconnect: ({ network, container }) => engine.networks.disconnect(network, container),
  };
}

function nameContainer({ place }: Site, service: string | undefined): string {
  return nameResource(place, service);
}

/** Checks what was started before anything of devenv runs in it, and waits for an engine of its own. */
async function settleStart(site: Site, service: string | undefined, container: string): Promise<void> {
  await checkFolders({ ...site.context, engine: site.engine }, site.place.folder, container, site.agreed);
  if (service === undefined && site.project.environment.docker === 'inside')
    await awaitInnerEngine(site.engine.runtime, container);
}

/** Records before a start that the start hook is due. */
async function expectStart({ context, project, place }: Site, container: string): Promise<void> {
  if (project.environment.hooks.start === undefined) return;
  const record = await readRecord(context, place.folder, place.workspace, container);
  if (record === undefined || !record.hooks.started) return;
  await writeRecord(context, place.folder, place.workspace, { ...record, hooks: { ...record.hooks, started: false } });
}
