import { mapValues } from '../../model/json.ts';
import { printService } from './compose-service.ts';
import { exportYaml, type Exported, type ExportSource } from './exported.ts';
import { listContainers, type ExportedContainer } from './list-containers.ts';

/** An environment as a compose file: the workspace, which waits, and its services. */
export function writeCompose(source: ExportSource): Exported {
  const { environment, root } = source;
  const { workspace, services, notes: unkept } = listContainers(source);
  const notes = [...unkept];
  const all = [workspace, ...services];
  const print = (one: ExportedContainer): object => {
    const known = new Map(services.map((service) => [service.name, service]));
    return printService(one, { root, workspace: workspace.name, known, notes });
  };
  const secrets = Object.fromEntries(environment.secrets.map(({ name }) => [name, null]));
  const volumes = all.flatMap((one) => one.volumes).filter(({ kind }) => kind === 'volume');
  const document = {
    name: environment.name.replaceAll('.', '-'),
    services: Object.fromEntries(
      all.map((one) => {
        const printed = print(one) as { readonly environment?: object };
        if (one !== workspace || environment.secrets.length === 0) return [one.name, printed];
        return [one.name, { ...printed, environment: { ...printed.environment, ...secrets } }];
      }),
    ),
    ...(volumes.length > 0 && { volumes: Object.fromEntries(volumes.map((volume) => [volume.source, {}])) }),
    ...(Object.keys(environment.networks).length > 0 && {
      networks: mapValues(environment.networks, ({ internal }) => (internal ? { internal } : {})),
    }),
  };
  return exportYaml(source, 'devenv export compose', 'compose.yaml', [document], notes);
}
