import { findReserved } from '../../environment/checks/check-mounts.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Environment } from '../../model/environment.ts';
import type { Feature, FeatureCommands } from '../../model/features/feature.ts';
import { mountsOf } from '../../providers/features/mounts-of.ts';
import type { Hook, HookMoment, VolumeMount } from '../../model/workspace.ts';

/** When the commands of a Feature run. Content is new when a workspace is, too. */
const moments = {
  create: ['onCreateCommand', 'updateContentCommand', 'postCreateCommand'],
  update: ['updateContentCommand'],
  start: ['postStartCommand'],
  attach: ['postAttachCommand'],
} as const;

/** The environment with what its Features add to the workspace. Throws CONFIG_INVALID. */
export function applyFeatures(environment: Environment): Environment {
  const installed = environment.features.installed ?? [];
  const metadata = installed.map((feature) => feature.metadata);
  const { limits, securityOptions } = environment;
  const entrypoints = metadata.flatMap(({ entrypoint }) => entrypoint ?? []);
  return {
    ...environment,
    volumes: addMounts(environment, installed),
    hooks: addHooks(environment.hooks, installed),
    init: environment.init || metadata.some(({ init }) => init === true),
    limits: {
      ...limits,
      privileged: limits.privileged || metadata.some(({ privileged }) => privileged === true),
      capabilities: [...new Set([...limits.capabilities, ...metadata.flatMap(({ capAdd = [] }) => capAdd)])].sort(),
    },
    securityOptions: [...new Set([...securityOptions, ...metadata.flatMap(({ securityOpt = [] }) => securityOpt)])],
    ...(entrypoints.length > 0 && { entrypoints }),
  };
}

/** At one path there is one mount: that of devenv.yaml, else that of the first Feature. */
function addMounts({ volumes: own, folder }: Environment, installed: readonly Feature[]): readonly VolumeMount[] {
  const mounts = [...own];
  for (const feature of installed) {
    for (const mount of mountsOf(feature)) {
      const holder = mount.target === folder ? 'the project is mounted there' : findReserved(mount.target);
      if (holder !== undefined)
        throw new DevenvError(
          'FEATURE_INVALID',
          `The Feature ${feature.name} cannot mount at ${mount.target}: ${holder}.`,
        );
      if (!mounts.some(({ target }) => target === mount.target)) mounts.push(mount);
    }
  }
  return mounts;
}

/** Features' commands run before those of devenv.yaml, one Feature after the other. */
function addHooks(own: Environment['hooks'], installed: readonly Feature[]): Environment['hooks'] {
  const all = (Object.keys(moments) as HookMoment[]).flatMap((moment) => {
    const added = moments[moment].flatMap((key) =>
      installed.flatMap(({ metadata }) => {
        const commands = metadata[key];
        return commands === undefined ? [] : [toHook(metadata.id, commands)];
      }),
    );
    const stages = [...added, ...(own[moment] ?? [])];
    return stages.length === 0 ? [] : [[moment, stages] as const];
  });
  return Object.fromEntries(all);
}

function toHook(id: string, commands: FeatureCommands): Hook {
  if (typeof commands === 'string' || Array.isArray(commands)) return { [id]: commands as string | readonly string[] };
  return Object.fromEntries(Object.entries(commands).map(([name, command]) => [`${id} ${name}`, command]));
}
