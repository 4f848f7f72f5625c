import { listNetworks } from '../../containers/network/observe-networks.ts';
import { listOwnVolumes } from '../../containers/volumes/own-volumes.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { listPlace } from '../../observe/find-workspace.ts';
import { labels } from '../../observe/labels.ts';
import type { Place } from '../../observe/place.ts';
import type { Engine } from '../../ports/engine.ts';

/** Requires that the engine has nothing of a workspace yet. Throws WORKSPACE_EXISTS. */
export async function requireFree(
  engine: Pick<Engine, 'images' | 'runtime' | 'networks' | 'volumes'>,
  place: Place,
): Promise<void> {
  const [{ containers, services }, volumes, networks] = await Promise.all([
    listPlace(engine, place),
    listOwnVolumes(engine.volumes, place),
    listNetworks(engine.networks, place),
  ]);
  if (containers.length + services.length + volumes.length + networks.length === 0) return;
  const names = volumes.map(({ name, labels: own }) => own[labels.volume] ?? name).join(', ');
  throw new DevenvError(
    'WORKSPACE_EXISTS',
    containers.length > 0 || volumes.length === 0
      ? `The workspace ${place.workspace} already exists in ${place.folder}.`
      : `The destroyed workspace ${place.workspace} of ${place.folder} left volumes: ${names}.`,
    {
      hint: `Choose another name, or remove it with \`devenv destroy --name ${place.workspace} --volumes --discard\`.`,
      state: 'It was not touched.',
    },
  );
}
