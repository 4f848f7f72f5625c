import { randomBytes } from 'node:crypto';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Mount } from '../../model/container.ts';
import type { Seed } from '../../model/version.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Held } from '../../ports/project-lock.ts';
import type { Context } from '../../ports/context.ts';
import { inSeed, seedFolder } from './in-seed.ts';
import type { Project } from '../../observe/project.ts';
import { provideVolumes } from '../../containers/volumes/own-volumes.ts';
import { resolveVolume, type Place } from '../../observe/place.ts';
import { snapshotIntent, type SeedIntent } from '../snapshot-intent.ts';
import { undoSeed } from './undo-seed.ts';
import { inTask } from '../../observe/in-task.ts';
import { transferOptions } from '../../observe/transfer-options.ts';
import { pinnedName } from '../../observe/version-image.ts';

/**
 * Creates the volumes of a new workspace with the data that the team pushed,
 * all or none. Throws what a pull throws; no volume exists then.
 */
export async function fillSeed(
  context: Context,
  held: Held,
  engine: Engine,
  { environment, lock, folder }: Project,
  place: Place,
): Promise<void> {
  const seed = lock?.seed;
  if (seed === undefined) return;
  const bundled = pinnedName(environment.name, seed.digest);
  const isHere = (await engine.images.inspect(bundled)) !== undefined;
  if (environment.image === undefined && !isHere) {
    throw new DevenvError('CONFIG_INVALID', 'devenv.yaml has `data: seed` and no `image` to pull it from.', {
      hint: 'Add the repository that the data was pushed to: `image: registry.example.com/team/env`.',
    });
  }
  const pinned = isHere ? bundled : `${environment.image ?? ''}@${seed.digest}`;
  await inTask(context.progress, `Data of the team, from ${seed.date.slice(0, 10)}`, async () => {
    if (!isHere) await engine.images.pull(pinned, await transferOptions(context, pinned));
    await fill(context, held, engine, folder, place, seed, pinned);
  });
}

async function fill(
  context: Context,
  held: Held,
  engine: Engine,
  folder: string,
  place: Place,
  seed: Seed,
  image: string,
): Promise<void> {
  const volumes = [...seed.volumes].sort().map((source, index) => {
    const target = `${volumesTarget}/${String(index)}`;
    return { kind: 'volume', source, target, readOnly: false } as const;
  });
  const mounts = volumes.map((volume): Mount => resolveVolume(place, volume));
  const transaction = randomBytes(6).toString('hex');
  const { address } = engine;
  const intent: SeedIntent = {
    ...{ kind: 'seed', transaction, engine: address },
    volumes: mounts.flatMap((mount) => (mount.kind === 'volume' ? [mount.source] : [])),
  };
  held.check();
  await snapshotIntent.write(context, folder, intent);
  try {
    await provideVolumes(engine.volumes, place, seed.volumes);
    await context.failpoints.reach('seed:volumes');
    await inSeed(engine.runtime, { image, mounts, transaction }, async ({ run }) => {
      await run(fillScript, [seedFolder, volumesTarget, String(mounts.length)]);
    });
    await context.failpoints.reach('seed:filled');
  } catch (error) {
    await undoSeed(context, folder, intent);
    throw error;
  }
  await snapshotIntent.drop(context, folder);
  // Its data is in the volumes now. A bundle may be gone: its image stays for further workspaces.
  if (image.includes('@')) await engine.images.remove(image).catch(() => undefined);
}

const volumesTarget = '/.devenv-volumes';

const fillScript = `set -e; at=0
while [ "$at" -lt "$3" ]; do
  tar --extract --file="$1/$at.tar" --directory="$2/$at" --numeric-owner --same-owner --preserve-permissions \\
    --delay-directory-restore --sparse --acls --xattrs --xattrs-include='*'
  at=$((at + 1))
done`;
