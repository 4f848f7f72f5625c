import type { Acts } from '../../plan/carry-out.ts';
import { makeMountPoints } from '../make-mount-points.ts';
import { labelNetwork } from '../network/workspace-network.ts';
import { provideSecrets } from '../secret-values/provide-secrets.ts';
import { provideVolumes } from '../volumes/provide-volumes.ts';
import type { Site } from './site.ts';

/** Creates what containers need besides images. */
export function needActs(site: Site): Acts {
  const { context, engine, place, project } = site;
  return {
    values: async () => {
      site.secrets = await provideSecrets(context, project, site.agreed);
    },
    network: ({ network }) => engine.networks.create(network, labelNetwork(place)),
    volume: ({ volume }) => provideVolumes(engine.volumes, place, [volume]),
    folders: ({ folders }) => makeMountPoints(context.files, place.folder, folders),
  };
}
