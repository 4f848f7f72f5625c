import { DevenvError } from '../../errors/devenv-error.ts';
import type { Environment } from '../../model/environment.ts';

/** Refuses folders below `~/` for an engine on another machine, whose home folder devenv does not know. Throws CONFIG_INVALID. */
export function refuseHome({ volumes, services }: Pick<Environment, 'volumes' | 'services'>): void {
  const lists = [
    { at: 'volumes', volumes },
    ...services.map((one) => ({ ...one, at: `services.${one.name}.volumes` })),
  ];
  for (const { at, volumes: mounted } of lists) {
    const { source } = mounted.find(({ kind, source: from }) => kind === 'host' && from.startsWith('~/')) ?? {};
    if (source === undefined) continue;
    throw new DevenvError(
      'CONFIG_INVALID',
      `${source} is in your home folder on this machine, and the engine is on another one.`,
      {
        at: `devenv.yaml: ${at}`,
        state: 'Nothing was changed.',
        hint: 'Write the absolute path that the folder has on the machine of the engine, or use an engine of this machine.',
      },
    );
  }
}
